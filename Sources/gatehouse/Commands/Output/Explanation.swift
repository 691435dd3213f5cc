import AuthorizationServer
import Cryptography
import Storage

/// An error as sentences that say what to do. What has such a text already passes unchanged.
func explained(_ error: any Error) -> any Error {
    switch error {
    case let failure as ValidationFailure:
        ProblemForOperator(
            failure.faults.map { "\(subject($0.field)) \(printable($0.reason))." }.joined(separator: "\n"))
    case is LastAdministrator:
        ProblemForOperator(
            "Nobody would be left to administer the site. First make somebody else an administrator, "
                + "with: gatehouse user update EMAIL --admin")
    case let problem as MoveProblem: ProblemForOperator(problem.description)
    case let error as StoreError: ProblemForOperator(sentence(error))
    case StorageError.cannotOpen(let reason): ProblemForOperator("The database can't be opened: \(reason)")
    case StorageError.schema(let reason): ProblemForOperator("The database doesn't fit this program: \(reason)")
    case let error as StorageError: ProblemForOperator("The database holds something unexpected: \(error)")
    case CryptographyError.cannotOpen:
        ProblemForOperator(
            "A sealed key doesn't open with the master key of this data folder. "
                + "Restore the database and master.key from the same backup.")
    default: error
    }
}

private func sentence(_ error: StoreError) -> String {
    switch error {
    case .conflict(let rule): "There is one like it already (\(rule)). Choose another name."
    case .missing: "Something that this refers to has been deleted meanwhile. Look at the list and try again."
    case .stale: "Somebody else changed it at the same time. Try again."
    case .overloaded: "Too much is under way on this machine. Try again in a moment."
    case .unavailable(let reason): "The database can't be used just now: \(reason). Run `gatehouse doctor`."
    }
}

/// What a person typed for a field: an option, mostly.
private func subject(_ field: String) -> String {
    switch field {
    case "password": "The password"
    case "key": "The key"
    case "scopes": "--scope"
    case "domain": "--host"
    case "user_id": "--user"
    case "groups": "--group"
    default: "--" + field.replacing("_", with: "-")
    }
}
