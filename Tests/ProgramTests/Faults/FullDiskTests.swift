import Foundation
import GRDB
import OAuth
import PostgresTesting
import Testing

extension TheProgram {
    @Suite("A full disk under SQLite", .timeLimit(.minutes(3)))
    struct FullDiskTests {
        /// How to run out of room without taking the machine's.
        enum Limit: CaseIterable, Sendable {
            /// The process may write no file beyond a size: EFBIG, which any user may do to their own.
            case fileSize
            /// A file system of eight megabytes that only the process sees: ENOSPC. In a user namespace, unless
            /// by root.
            case fileSystem

            var wrapper: [String] {
                switch self {
                // The signal that comes with it is ignored, as the program inherits.
                case .fileSize: ["/bin/sh", "-c", #"trap "" XFSZ; exec "$@""#, "sh"]
                case .fileSystem:
                    ["/usr/bin/unshare", getuid() == 0 ? "-m" : "-rm", "/bin/sh", "-c"]
                        + [#"mount -t tmpfs -o size=8m,mode=700 tmpfs "$0" && exec "$@""#, "{folder}"]
                }
            }

            func exhaust(_ server: GatehouseProcess) throws {
                switch self {
                case .fileSize: try run(["prlimit", "--pid", "\(server.identifier)", "--fsize=4096:"])
                case .fileSystem:
                    // Until nothing more goes in, to the last byte.
                    try run(["sh", "-c", "cat /dev/zero >\(filler(server)) 2>/dev/null; test -s \(filler(server))"])
                }
            }

            func relieve(_ server: GatehouseProcess) throws {
                switch self {
                case .fileSize: try run(["prlimit", "--pid", "\(server.identifier)", "--fsize=unlimited:"])
                case .fileSystem: try run(["rm", filler(server)])
                }
            }

            func folder(_ server: GatehouseProcess) -> String {
                self == .fileSize ? server.folder.path : "/proc/\(server.identifier)/root\(server.folder.path)"
            }

            private func filler(_ server: GatehouseProcess) -> String { folder(server) + "/filler" }
        }

        @Test("is told, nothing is lost by it, and with room again it is forgotten", arguments: Limit.allCases)
        func fullDisk(_ limit: Limit) async throws {
            try await GatehouseProcess.run(.init(wrapper: limit.wrapper)) { server async throws in
                let kept = try TokenPair(try await server.passwordGrant())
                let other = try TokenPair(try await server.passwordGrant())
                var doomed: [TokenPair] = []
                for _ in 0..<10 { doomed.append(try TokenPair(try await server.passwordGrant())) }
                var last = kept.refresh

                try limit.exhaust(server)
                var refusal: HTTPReply?
                for _ in 0..<3_000 where refusal == nil {
                    let reply = try await server.refresh(last)
                    if reply.status == 200 { last = try TokenPair(reply).refresh } else { refusal = reply }
                }

                #expect(refusal?.status == 503, "\(refusal?.text ?? "the disk was never full")")
                #expect(refusal?["Retry-After"] != nil)
                #expect(try await server.accepts(other.access))
                #expect(try await server.userInfo(other.access).status == 200)
                #expect(try await server.introspect(kept.access, as: other.access).json["active"]?.bool == true)
                #expect(try await server.get("/auth/.well-known/openid-configuration").status == 200)
                #expect(try await server.get("/auth/healthz").status == 200)
                let readiness = try await server.get("/auth/readyz")
                #expect(readiness.status == 503)
                #expect(try readiness.json["failing"]?.strings == ["writes"])
                for pair in doomed {
                    let reply = try await server.revoke(pair.refresh)
                    #expect(reply.status == 200 || reply.status == 503)
                    if reply.status == 200 { try await server.expectRefused(pair.access) }
                }

                try limit.relieve(server)

                #expect(try await eventually { try await server.get("/auth/readyz").status == 200 })
                #expect(try await server.refresh(last).status == 200)
                for pair in doomed {
                    #expect(try await server.revoke(pair.refresh).status == 200)
                    try await server.expectRefused(pair.access)
                }
                #expect(try integrity(of: limit.folder(server) + "/data") == "ok")
            }
        }

        /// Of a copy, made while nobody writes: only the server sees its own file system.
        private func integrity(of data: String) throws -> String? {
            let copy = try TemporaryFolder()
            for file in ["gatehouse.sqlite", "gatehouse.sqlite-wal"] {
                try run(["cp", "\(data)/\(file)", "\(copy.path)/\(file)"])
            }
            return try DatabaseQueue(path: copy.path + "/gatehouse.sqlite")
                .read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        }
    }
}
