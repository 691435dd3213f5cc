import AuthorizationServer
import Storage
import StorageSQLite
import Synchronization
import Testing

@Suite(.serialized) struct `A snapshot` {
    @Test(arguments: Backend.available)
    func `is of one moment, in pages, while others write`(_ backend: Backend) async throws {
        let both = try await Furnished(backend, grants: Furnished.pages)
        #expect(try await both.move().isFaithful)
        let pages = Mutex<[[Int]]>([[], []])

        try await both.target.snapshot(
            [
                Statement("SELECT digest FROM refresh_token"),
                Statement("SELECT id FROM client_grant WHERE domain_id = $1", "authority-a"),
            ], pageSize: 300
        ) { rows, index in
            // A writer is not in the way, and what it does is not seen.
            _ = try await both.target.write(Statement("DELETE FROM client_grant"))
            pages.withLock { $0[index].append(rows.count) }
        }

        for pages in pages.withLock({ $0 }) {
            #expect(pages.allSatisfy { (1...300).contains($0) })
            #expect(pages.reduce(0, +) == Furnished.pages)
        }
        #expect(try await both.target.scan(Statement("SELECT 1 FROM refresh_token")).isEmpty)
    }

    @Test(arguments: Backend.available)
    func `ends with what its receiver throws, and the database goes on`(_ backend: Backend) async throws {
        struct Enough: Error {}
        let both = try await Furnished(backend)
        try await both.target.migrate(schema)
        _ = try await both.move()

        await #expect(throws: Enough.self) {
            try await both.target.snapshot([Statement("SELECT id FROM client_grant")], pageSize: 10) { _, _ in
                throw Enough()
            }
        }

        #expect(try await both.target.rows(Statement("SELECT 1 FROM domain")).count == 1)
        await both.target.close()
        await #expect(throws: StoreError.self) {
            try await both.target.snapshot([Statement("SELECT id FROM domain")], pageSize: 10) { _, _ in }
        }
    }

    @Test func `that is cancelled stops`() async throws {
        let both = try await Furnished(Backend.available[1])
        let task = Task {
            try await both.source.snapshot([Statement("SELECT id FROM client_grant")], pageSize: 1) { _, _ in
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }

        await #expect(throws: CancellationError.self) { try await task.value }
        // The transaction has ended: the journal can be emptied.
        await both.source.close()
    }

    @Test(arguments: Backend.available)
    func `copies everything into an empty database`(_ backend: Backend) async throws {
        let both = try await Furnished(backend)

        let summary = try await copySnapshot(of: both.source, to: both.target)

        #expect(summary.isFaithful)
        #expect(summary.rows == (try await totalRows(of: both.source)))
        // Compared row by row, as after a move.
        #expect(try await Move(from: both.source, at: "", to: both.target, replacing: true).run().isFaithful)
    }

    @Test(arguments: Backend.available)
    func `of a database that is written to is complete in itself`(_ backend: Backend) async throws {
        let both = try await Furnished(backend, grants: Furnished.pages)
        let writer = Task {
            var number = 0
            while !Task.isCancelled {
                number += 1
                _ = try await both.source.write([
                    Statement("DELETE FROM client_grant WHERE id = $1", .text("grant-\(number)")),
                    Statement("INSERT INTO revoked_token VALUES ($1, 1)", .text("added-\(number)")),
                ])
            }
        }

        let summary = try await copySnapshot(of: both.source, to: both.target)
        writer.cancel()
        _ = try? await writer.value

        #expect(summary.isFaithful)
        // Each unit took a grant with its token and added a row here: the sums are those of one moment.
        let counts = Dictionary(summary.tables.map { ($0.name, $0.rows) }, uniquingKeysWith: { first, _ in first })
        let added = (counts["revoked_token"] ?? 0) - 1
        #expect(added > 0)
        #expect(counts["client_grant"] == counts["refresh_token"])
        #expect((counts["client_grant"] ?? 0) + min(added, Int64(Furnished.pages - 1)) == Int64(Furnished.pages))
    }
}
