import CPostgreSQL

extension PostgresServer {
    /// Runs statements as another client of the server would, and answers the first column of the last
    /// one's rows.
    @discardableResult
    public func execute(_ sql: String, at url: String? = nil) throws -> [String] {
        let client = try PostgresClient(url ?? self.url)
        return try client.run(sql)
    }
}

extension PostgresServer {
    /// The same on the shared server, in the schema of that address.
    @discardableResult
    public static func run(_ sql: String, at url: String) throws -> [String] { try PostgresClient(url).run(sql) }
}

/// Another program with a connection of its own. One task at a time.
public final class PostgresClient {
    private let connection: OpaquePointer

    public init(_ url: String) throws {
        guard let connection = PQconnectdb(url) else { throw Failure(description: "out of memory") }
        self.connection = connection
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw Failure(description: String(cString: PQerrorMessage(connection)))
        }
    }

    deinit { PQfinish(connection) }

    @discardableResult
    public func run(_ sql: String) throws -> [String] {
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            guard PQnfields(result) > 0 else { return [] }
            return (0..<PQntuples(result)).map { String(cString: PQgetvalue(result, $0, 0)) }
        default:
            throw Failure(description: String(cString: PQerrorMessage(connection)))
        }
    }
}
