import CPostgreSQL
import Foundation
import Storage

/// Where the database is and how it is reached, in libpq's own parameters. Nothing but `connect` sees the
/// password.
struct Address: Sendable {
    private let parameters: [(name: String, value: String)]

    /// - Parameter url: `postgres://` or `postgresql://`, with every parameter libpq knows: several hosts,
    ///   `sslmode`, `sslrootcert` …
    /// - Throws: `StorageError.cannotOpen`; its text never shows a part of the address that might be one of
    ///   the password.
    init(url: String) throws(StorageError) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"), !url.utf8.contains(0) else {
            throw .cannotOpen("The address of a PostgreSQL database starts with postgres:// or postgresql://.")
        }
        var given = try Self.parse(url)

        // A password with characters of an address in it puts a part of itself where libpq's messages name it.
        let ports = given["port", default: ""].split(separator: ",")
        guard ports.allSatisfy({ UInt16($0) != nil }),
            !["host", "hostaddr", "dbname"].contains(where: { given[$0, default: ""].contains("@") })
        else {
            throw .cannotOpen(
                "The PostgreSQL address cannot be read: in a password, write @ : / ? # % as %40 %3A %2F %3F %23 %25.")
        }

        for (name, value) in Self.defaults where given[name] == nil { given[name] = value }
        // So that whoever must be alone with the database can find out.
        if let name = given["application_name"], !name.hasPrefix("gatehouse") {
            given["application_name"] = "gatehouse \(name)"
        }
        given["client_encoding"] = "UTF8"
        parameters = given.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A server that has gone without a word is noticed in seconds, also by connections that wait.
    private static let defaults = [
        "connect_timeout": "5", "application_name": "gatehouse", "keepalives": "1", "keepalives_idle": "10",
        "keepalives_interval": "3", "keepalives_count": "3", "tcp_user_timeout": "10000",
    ]

    private static func parse(_ url: String) throws(StorageError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            defer { PQfreemem(message) }
            // What follows the colon or stands in quotes is taken from the address.
            let reason = message.map { String(cString: $0) } ?? "out of memory"
            let words = reason.prefix { $0 != ":" && $0 != "\"" && $0 != "\n" }
            throw .cannotOpen("The PostgreSQL address cannot be read: \(words.trimmingSuffix(" ")).")
        }
        defer { PQconninfoFree(options) }
        var given: [String: String] = [:]
        var option = options
        while let name = option.pointee.keyword {
            if let value = option.pointee.val { given[String(cString: name)] = String(cString: value) }
            option += 1
        }
        return given
    }

    /// What may be shown to anybody.
    var description: String {
        let given = Dictionary(parameters, uniquingKeysWith: { first, _ in first })
        let user = given["user"].map { "\($0)@" } ?? ""
        let port = given["port"].map { ":\($0)" } ?? ""
        return "postgres://\(user)\(given["host"] ?? given["hostaddr"] ?? "")\(port)/\(given["dbname"] ?? "")"
    }

    /// Connects, and waits for it: for names to be found, for every host to be tried (`connect_timeout` each).
    /// Never on the thread that all connections share, since finding names cannot be hurried.
    func connect() -> Handover {
        let names = parameters.map { strdup($0.name) } + [nil]
        let values = parameters.map { strdup($0.value) } + [nil]
        defer { for text in names + values { free(text) } }
        let connection = PQconnectdbParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 0)
        guard let connection else { return .failed("out of memory") }
        // libpq would print what the server remarks.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQstatus(connection) == CONNECTION_OK else {
            let reason = reason(PQerrorMessage(connection))
            PQfinish(connection)
            return .failed(reason)
        }
        return .connected(UInt(bitPattern: connection))
    }

    /// What libpq says, in one line: of the host it tried last, and without its advice, which is indented.
    func reason(_ message: UnsafePointer<CChar>?) -> String {
        let text = message.map { String(cString: $0) } ?? ""
        let lines = text.split(separator: "\n").filter { $0.first?.isWhitespace == false }
        let line = lines.last.map(String.init) ?? "the connection was lost"
        guard let password = parameters.first(where: { $0.name == "password" })?.value, !password.isEmpty else {
            return line
        }
        return line.replacing(password, with: "•••")
    }
}

/// What came of connecting. A connection belongs to one thread at a time; the address is how it changes hands.
enum Handover: Sendable {
    case connected(UInt)
    case failed(String)
}

extension Substring {
    fileprivate func trimmingSuffix(_ character: Character) -> Substring {
        var rest = self
        while rest.last == character { rest.removeLast() }
        return rest
    }
}
