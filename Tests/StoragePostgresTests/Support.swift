import AuthorizationServer
import PostgresTesting
import Storage
import StoragePostgres
import Synchronization

/// A key and a number, and something that refers to it.
let steps = [
    Migration("items", "CREATE TABLE item (id TEXT PRIMARY KEY, count BIGINT NOT NULL DEFAULT 0 CHECK (count >= 0));"),
    Migration(
        "parts",
        """
        CREATE TABLE part (id TEXT PRIMARY KEY, item_id TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE);
        CREATE INDEX part_item_id ON part (item_id);
        """),
]

extension PostgresDatabase {
    /// A database of the test's own on the shared server, with the tables of `steps`.
    static func migrated(_ options: Options = Options()) async throws -> PostgresDatabase {
        try await migrated(PostgresServer.emptySchema(), options)
    }

    static func migrated(_ url: String, _ options: Options = Options()) async throws -> PostgresDatabase {
        let database = try PostgresDatabase(url: url, options: options)
        try await database.migrate(steps)
        return database
    }

    func add(_ id: String) async throws {
        _ = try await write(Statement("INSERT INTO item (id) VALUES ($1)", .text(id)))
    }

    func ids() async throws -> [String] {
        try await scan(Statement("SELECT id FROM item ORDER BY id")).map {
            var row = $0.reader()
            return try row.text()
        }
    }
}

/// Waits until something is so, for as long as it could take on a machine that is busy with other things.
func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<3_000 {
        if try await isSo() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

/// What became of many calls that were under way at once: how many were answered, and how many refused as
/// out of reach. Anything else is thrown.
func outcomes(_ count: Int, _ act: @escaping @Sendable (Int) async throws -> Void) async throws
    -> (answered: Set<Int>, unavailable: Int)
{
    try await withThrowingTaskGroup(of: Int?.self) { group in
        for number in 0..<count {
            group.addTask {
                do {
                    try await act(number)
                    return number
                } catch StoreError.unavailable {
                    return nil
                }
            }
        }
        return try await group.reduce(into: ([], 0)) { outcome, number in
            if let number { outcome.0.insert(number) } else { outcome.1 += 1 }
        }
    }
}

/// Another program that holds the row of one item until it is told to let go.
final class RowHolder: Sendable {
    private let client: Mutex<PostgresClient>

    init(_ url: String, item: String) throws {
        let client = try PostgresClient(url)
        try client.run("BEGIN; UPDATE item SET count = count WHERE id = '\(item)'")
        self.client = Mutex(client)
    }

    func letGo() throws { _ = try client.withLock { try $0.run("COMMIT") } }
}
