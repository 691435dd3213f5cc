import Foundation
import GRDB
import OAuth
import Testing

extension TheProgram {
    @Suite("Crashes")
    struct CrashTests {
        /// How often the program is killed; `GATEHOUSE_CRASH_ROUNDS` for more.
        private static let rounds =
            ProcessInfo.processInfo.environment["GATEHOUSE_CRASH_ROUNDS"].flatMap { Int($0) } ?? 5

        /// With this grace, a refresh whose answer was lost can be asked for again.
        private static let environment = ["GATEHOUSE_REFRESH_GRACE": "300"]

        @Test func `a crash under load loses nothing that was answered`() async throws {
            let folder = try TemporaryFolder()
            let ledger = Ledger()
            for round in 1...Self.rounds {
                try await GatehouseProcess.run(.init(folder: folder, environment: Self.environment)) { server in
                    try await ledger.verify(server)
                    try await withThrowingTaskGroup(of: Void.self) { clients in
                        for _ in 0..<3 {
                            clients.addTask { await Self.untilGone { try await refresh(server, ledger) } }
                            clients.addTask { await Self.untilGone { try await redeem(server, ledger) } }
                        }
                        clients.addTask { await Self.untilGone { try await revoke(server, ledger) } }
                        clients.addTask { await Self.untilGone { try await signOut(server, ledger) } }
                        try await ledger.waitForAnswers(50)
                        try await Task.sleep(for: .milliseconds(37 * (round % 5)))
                        try await server.crash()
                        try await clients.waitForAll()
                    }
                }
            }
            try await GatehouseProcess.run(.init(folder: folder, environment: Self.environment)) { server in
                try await ledger.verify(server)
            }

            let database = try DatabaseQueue(path: folder.path + "/data/gatehouse.sqlite")
            #expect(try await database.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        }

        private static func untilGone(_ work: () async throws -> Void) async {
            do { while true { try await work() } } catch {}
        }
    }
}

/// Asks again while the server is busy, or holds back an account whose attempts a crash has left open.
private func patiently(_ send: () async throws -> HTTPReply) async throws -> HTTPReply {
    while true {
        let reply = try await send()
        guard reply.status == 429 || reply.status == 503 else { return reply }
        try await Task.sleep(for: .milliseconds(20))
    }
}

private func session(_ server: GatehouseProcess, of email: String) async throws -> String {
    "user=\(try #require(try await patiently { try await server.signIn(as: email) }.cookie("user")))"
}

private func tokens(_ server: GatehouseProcess) async throws -> TokenPair {
    try TokenPair(try await patiently { try await server.passwordGrant() })
}

/// A client that refreshes its token over and over.
private func refresh(_ server: GatehouseProcess, _ ledger: Ledger) async throws {
    var token = try await tokens(server).refresh
    await ledger.noteRefreshable(token)
    while true {
        let next = try TokenPair(try await server.refresh(token)).refresh
        await ledger.replaceRefreshable(token, by: next)
        token = next
    }
}

private func redeem(_ server: GatehouseProcess, _ ledger: Ledger) async throws {
    let cookie = try await session(server, of: Demo.user)
    await ledger.note(session: cookie)
    for _ in 0..<3 {
        let code = try await server.code(cookie)
        await ledger.note(issued: code)
        let attempted = try await ledger.attempting(code) { try await server.redeem(code) }
        await ledger.note(spent: code, for: try TokenPair(attempted).refresh)
    }
}

private func revoke(_ server: GatehouseProcess, _ ledger: Ledger) async throws {
    let pair = try await tokens(server)
    guard try await server.revoke(pair.refresh).status == 200 else { return }
    await ledger.note(revoked: pair)
}

/// A sign-out ends every session of its user, so this one is another user's.
private func signOut(_ server: GatehouseProcess, _ ledger: Ledger) async throws {
    let cookie = try await session(server, of: Demo.serviceAccount)
    guard try await server.get("/auth/logout", ["Cookie": cookie]).status == 302 else { return }
    await ledger.note(ended: cookie)
}

/// What clients were told, and so must be true after a crash.
private actor Ledger {
    private var answered = 0
    private var keys: String?
    private var refreshable: Set<String> = []
    private var issued: Set<String> = []
    private var spent: [(code: String, refresh: String)] = []
    private var revoked: [TokenPair] = []
    private var sessions: Set<String> = []
    private var ended: Set<String> = []

    /// Waits for so many more, or until a busy machine has had its time.
    func waitForAnswers(_ count: Int) async throws {
        let wanted = answered + count
        let deadline = ContinuousClock.now + .seconds(30)
        while answered < wanted {
            try #require(ContinuousClock.now < deadline, "too little was answered to prove anything")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func noteRefreshable(_ token: String) {
        answered += 1
        refreshable.insert(token)
    }

    func replaceRefreshable(_ old: String, by new: String) {
        answered += 1
        refreshable.remove(old)
        refreshable.insert(new)
    }

    func note(issued code: String) {
        answered += 1
        issued.insert(code)
    }

    /// While a code is being redeemed nobody knows whether it is spent.
    func attempting(_ code: String, _ redeem: @Sendable () async throws -> HTTPReply) async throws -> HTTPReply {
        issued.remove(code)
        return try await redeem()
    }

    func note(spent code: String, for refresh: String) {
        answered += 1
        spent.append((code, refresh))
    }

    func note(revoked pair: TokenPair) {
        answered += 1
        revoked.append(pair)
    }

    func note(session cookie: String) {
        answered += 1
        sessions.insert(cookie)
    }

    func note(ended cookie: String) {
        answered += 1
        ended.insert(cookie)
    }

    /// Compares everything with a server that has just been started again.
    func verify(_ server: GatehouseProcess) async throws {
        let keys = try await server.get("/auth/oauth/discovery/keys").text
        #expect(self.keys == nil || self.keys == keys, "the keys are others than before the crash")
        self.keys = keys

        var successors: Set<String> = []
        for token in refreshable {
            let reply = try await server.refresh(token)
            #expect(reply.status == 200, "a token that was answered does not refresh: \(reply.text)")
            if reply.status == 200 { successors.insert(try TokenPair(reply).refresh) }
        }
        for code in issued {
            #expect(try await server.redeem(code).status == 200, "a code that was answered can't be redeemed")
        }
        for (code, refresh) in spent {
            let reply = try await server.refresh(refresh)
            #expect(reply.status == 200, "a token that was answered for a code does not refresh: \(reply.text)")
            #expect(try await server.redeem(code).status == 400, "a spent code was redeemed again")
        }
        for pair in revoked {
            #expect(try await server.refresh(pair.refresh).status == 400, "a revoked token refreshes")
            #expect(try await !server.accepts(pair.access), "a revoked token is accepted")
        }
        for (cookies, isLive) in [(sessions, true), (ended, false)] {
            for cookie in cookies {
                let reply = try await server.get("/auth/authority", ["Cookie": cookie])
                #expect(try reply.json["session"]?.bool == isLive, "a session is not what it was")
            }
        }
        refreshable = successors
        issued = []
        spent = []
        revoked = []
        ended = []
    }
}
