import AuthorizationServer
import Hummingbird
import OAuth
import Web

/// A JSON object of a request, read member by member. A member that is `null` or absent is left as it is; one
/// of the wrong type is a fault, and all faults are reported together.
struct Body {
    let json: JSON
    private var faults: [ValidationFailure.Fault] = []

    /// - Throws: `CallFailure.mediaType`, `CallFailure.body`; `Visit.BodyTooLarge`.
    init(of call: Call, limit: Int) async throws {
        // A form of another site can't send this type without asking first.
        if let type = call.visit.headers[.contentType] {
            let type = type.prefix { $0 != ";" && $0 != " " }.lowercased()
            guard type == "application/json" || type == "application/merge-patch+json" else {
                throw CallFailure.mediaType
            }
        }
        let bytes = try await Visit.body(of: call.request, limit: limit)
        guard !bytes.isEmpty else { throw CallFailure.body("The body is missing.") }
        do { json = try JSON(parsing: bytes) } catch {
            switch error {
            case .malformed: throw CallFailure.body("The body is not valid JSON.")
            case .repeatedName: throw CallFailure.body("The body names a member twice.")
            case .tooDeep: throw CallFailure.body("The body is nested too deeply.")
            }
        }
        guard json.members != nil else { throw CallFailure.body("The body must be one JSON object.") }
    }

    mutating func text(_ name: String) -> String? {
        read(name, "must be a text without NUL") { $0.string.flatMap { $0.utf8.contains(0) ? nil : $0 } }
    }
    mutating func bool(_ name: String) -> Bool? { read(name, "must be true or false", \.bool) }
    mutating func integer(_ name: String) -> Int64? { read(name, "must be a whole number", \.integer) }
    mutating func texts(_ name: String) -> [String]? {
        read(name, "must be a list of texts without NUL") { json in
            json.strings.flatMap { $0.contains { $0.utf8.contains(0) } ? nil : $0 }
        }
    }
    mutating func array(_ name: String) -> JSON? { read(name, "must be a list") { $0.array.map(JSON.array) } }
    mutating func object(_ name: String) -> JSON? { read(name, "must be an object") { $0.members.map(JSON.object) } }

    mutating func read<Value>(_ name: String, _ restriction: String, _ value: (JSON) -> Value?) -> Value? {
        guard let member = json[name], !member.isNull else { return nil }
        guard let value = value(member) else {
            refuse(name, restriction)
            return nil
        }
        return value
    }

    mutating func refuse(_ field: String, _ reason: String) { faults += ValidationFailure(field, reason).faults }

    /// - Throws: what was wrong with the members read so far.
    func verify() throws(ValidationFailure) {
        if !faults.isEmpty { throw ValidationFailure(faults) }
    }
}
