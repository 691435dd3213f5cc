import AuthorizationServer
import CPostgreSQL
import Foundation
import Storage

/// A connection for one errand, on a thread of its own that waits for each answer.
struct Session: ~Copyable {
    private let connection: OpaquePointer
    private let address: Address

    /// - Throws: `StoreError.unavailable` when there is no server, with what libpq says.
    init(_ address: Address) throws {
        self.address = address
        switch address.connect() {
        case .failed(let reason): throw StoreError.unavailable("PostgreSQL is out of reach: \(reason)")
        case .connected(let pointer):
            guard let connection = OpaquePointer(bitPattern: pointer) else { throw StoreError.unavailable("") }
            self.connection = connection
        }
    }

    deinit { PQfinish(connection) }

    /// Runs one statement.
    ///
    /// - Parameter limit: how long to wait for the answer.
    /// - Throws: `ServerFailure`; `StoreError.unavailable` when the server does not answer.
    @discardableResult
    func run(_ sql: String, _ values: SQLValue..., within limit: Duration = .seconds(8)) throws -> [Row] {
        try run(sql, values, within: limit)
    }

    func run(_ sql: String, _ values: [SQLValue], within limit: Duration) throws -> [Row] {
        var parameters = Parameters()
        parameters.set(values)
        let types = parameters.types
        try check(parameters.withPointers { PQsendQueryParams(connection, sql, $0, types, $1, nil, nil, 0) })
        var answer: [Row] = []
        try takeResults(of: sql, within: limit) { answer = try rows(of: $0) }
        return answer
    }

    /// Runs any number of statements, which have no parameters.
    func script(_ sql: String, within limit: Duration) throws {
        try check(PQsendQuery(connection, sql))
        try takeResults(of: sql, within: limit) { _ in }
    }

    private func check(_ isTaken: Int32) throws {
        guard isTaken == 1 else {
            throw StoreError.unavailable("PostgreSQL: \(address.reason(PQerrorMessage(connection)))")
        }
    }

    var isInTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_INTRANS }

    private func takeResults(of sql: String, within limit: Duration, _ take: (OpaquePointer) throws -> Void) throws {
        let deadline = Instant.now + limit
        var failure: (any Error)?
        while true {
            try wait(until: deadline)
            guard let result = PQgetResult(connection) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: try take(result)
            default: failure = failure ?? ServerFailure(result, sql: sql)
            }
        }
        if let failure { throw failure }
    }

    /// Returns when there is an answer to be taken, so that taking it does not wait.
    private func wait(until deadline: Instant) throws {
        while PQflush(connection) == 1 || PQisBusy(connection) == 1 {
            let left = (deadline - .now).milliseconds
            guard deadline > .now else { throw StoreError.unavailable("PostgreSQL did not answer in time.") }
            var entry = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, Int32(min(left, 60_000)))
            guard PQconsumeInput(connection) == 1 else {
                throw StoreError.unavailable("PostgreSQL: \(address.reason(PQerrorMessage(connection)))")
            }
        }
    }
}
