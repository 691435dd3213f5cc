import Foundation
import GRDB
import OAuth
import Testing

extension TheProgram {
    @Suite("gatehouse backup and restore")
    struct BackupTests {
        private let place: TemporaryFolder
        private var backup: String { place.path + "/backup.sqlite" }

        init() throws { place = try TemporaryFolder() }

        @Test func `what was answered before a backup under load works on the restored one`() async throws {
            var before: [TokenPair] = []
            var cookie = ""
            try await GatehouseProcess.run { server async throws in
                for _ in 0..<5 { before.append(try TokenPair(try await server.passwordGrant())) }
                cookie = try await server.session()
                let load = Task {
                    while !Task.isCancelled { _ = try await server.passwordGrant() }
                }
                let outcome = try await run(["backup", "--to", backup, "--json"], on: server.folder)
                load.cancel()
                _ = try? await load.value
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(try outcome.json["rows"]?.integer ?? 0 > 20)
                try keepMasterKey(of: server.folder)
            }

            let attributes = try FileManager.default.attributesOfItem(atPath: backup)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try contents(of: place.path) == ["backup.sqlite", "master.key"])
            let restored = try TemporaryFolder()
            try putMasterKey(into: restored)
            let outcome = try await run(["restore", "--from", backup, "--json"], on: restored)
            #expect(outcome.status == 0, "\(outcome.errors)")
            try await GatehouseProcess.run(.init(folder: restored)) { server async throws in
                for pair in before {
                    #expect(try await server.accepts(pair.access))
                    #expect(try await server.refresh(pair.refresh).status == 200)
                }
                #expect(
                    try await server.get("/auth/authority", ["Cookie": cookie]).json["session"]?.bool == true)
            }
        }

        @Test func `a restore that revokes ends every session and token`() async throws {
            var pair: TokenPair?
            var cookie = ""
            var folder: TemporaryFolder?
            try await GatehouseProcess.run { server async throws in
                folder = server.folder
                pair = try TokenPair(try await server.passwordGrant())
                cookie = try await server.session()
                #expect(try await run(["backup", "--to", backup], on: server.folder).status == 0)
                // While the server runs nothing is replaced.
                let refusal = try await run(["restore", "--from", backup, "--replace"], on: server.folder)
                #expect(refusal.status == 1)
                #expect(refusal.errors.contains("Another Gatehouse serves the data folder"))
            }

            let site = try #require(folder)
            let outcome = try await run(
                ["restore", "--from", backup, "--replace", "--revoke-all", "--json"], on: site)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let former = try #require(try outcome.json["replaced"]?.string)
            #expect(FileManager.default.fileExists(atPath: former))

            let old = try #require(pair)
            try await GatehouseProcess.run(.init(folder: site)) { server async throws in
                #expect(try await !server.accepts(old.access))
                #expect(try await server.refresh(old.refresh).status == 400)
                #expect(
                    try await server.get("/auth/authority", ["Cookie": cookie]).json["session"]?.bool == false)
                #expect(try await server.passwordGrant().status == 200)
            }
        }

        @Test func `every refusal says what to do, and changes nothing`() async throws {
            var folder: TemporaryFolder?
            try await GatehouseProcess.run { server async throws in
                folder = server.folder
                #expect(try await run(["backup", "--to", backup], on: server.folder).status == 0)
                #expect(
                    try await failure(["backup", "--to", backup], on: server.folder)
                        .contains("is there already. Name another file, or replace it with --force."))
                #expect(try await run(["backup", "--to", backup, "--force"], on: server.folder).status == 0)
                #expect(
                    try await failure(
                        ["backup", "--to", server.folder.path + "/data/gatehouse.sqlite", "--force"], on: server.folder
                    ).contains("is the database itself"))
                #expect(
                    try await failure(["backup", "--to", place.path + "/none/b.sqlite"], on: server.folder)
                        .contains("can't be written"))
            }
            let site = try #require(folder)
            let fresh = try TemporaryFolder()

            #expect(try await failure(["restore", "--from", backup], on: site).contains("Replace it with --replace"))
            #expect(try await failure(["restore", "--from", backup], on: fresh).contains("master.key is missing"))

            let key = fresh.path + "/data/master.key"
            #expect(
                FileManager.default.createFile(
                    atPath: key, contents: Data(repeating: 7, count: 32), attributes: [.posixPermissions: 0o600]))
            #expect(
                try await failure(["restore", "--from", backup], on: fresh)
                    .contains("don't open with \(fresh.path)/data/master.key"))
            #expect(try await failure(["restore", "--from", key], on: fresh).contains("is not an SQLite database"))
            #expect(try contents(of: fresh.path + "/data") == ["master.key", "server.lock"])

            let newer = place.path + "/newer.sqlite"
            try FileManager.default.copyItem(atPath: backup, toPath: newer)
            let database = try DatabaseQueue(path: newer)
            try await database.write {
                try $0.execute(
                    sql: "INSERT INTO schema_version SELECT MAX(version) + 1, 'later', 1 FROM schema_version")
            }
            try database.close()
            #expect(
                try await failure(["restore", "--from", newer, "--replace"], on: site).contains("use a newer program"))
            try await GatehouseProcess.run(.init(folder: site)) { server async throws in
                #expect(try await server.passwordGrant().status == 200)
            }
        }

        private func run(_ arguments: [String], on folder: TemporaryFolder) async throws -> CommandLineProcess.Outcome {
            try await CommandLineProcess.run(arguments + ["--data", folder.path + "/data"])
        }

        private func failure(_ arguments: [String], on folder: TemporaryFolder) async throws -> String {
            let outcome = try await run(arguments, on: folder)
            #expect(outcome.status == 1)
            #expect(outcome.output == "")
            return outcome.errors
        }

        private func contents(of folder: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        }

        private func keepMasterKey(of folder: TemporaryFolder) throws {
            try FileManager.default.copyItem(
                atPath: folder.path + "/data/master.key", toPath: place.path + "/master.key")
        }

        private func putMasterKey(into folder: TemporaryFolder) throws {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/data", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try FileManager.default.copyItem(
                atPath: place.path + "/master.key", toPath: folder.path + "/data/master.key")
        }
    }
}
