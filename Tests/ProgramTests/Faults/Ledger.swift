import OAuth
import Testing

/// What clients were told, and so must be true after a crash.
actor Ledger {
    private(set) var answered = 0
    private var keys: String?
    private var issued: Set<String> = []
    private var spent: [(code: String, refresh: String)] = []
    private var revoked: [TokenPair] = []
    private var ended: [String] = []
    private var past: [TokenPair] = []

    func noteAnswer() { answered += 1 }

    func note(issued code: String) {
        answered += 1
        issued.insert(code)
    }

    func note(spent code: String, for refresh: String) {
        answered += 1
        spent.append((code, refresh))
    }

    func note(revoked pair: TokenPair) {
        answered += 1
        revoked.append(pair)
    }

    func note(ended cookie: String) {
        answered += 1
        ended.append(cookie)
    }

    /// Waits for so many more, or until a busy machine has had its time.
    func waitForAnswers(_ count: Int) async throws {
        let wanted = answered + count
        let deadline = ContinuousClock.now + .seconds(30)
        while answered < wanted {
            try #require(ContinuousClock.now < deadline, "too little was answered to prove anything")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Compares everything with the nodes, of which one has just been started again. Clients that refresh over
    /// and over know by themselves.
    func verify(_ cluster: Cluster) async throws {
        for node in cluster.nodes {
            let (reply, _) = try await cluster.insist { _ in try await node.get("/auth/oauth/discovery/keys") }
            #expect(self.keys == nil || self.keys == reply.text, "the keys are others than before the crash")
            self.keys = reply.text
        }
        for code in issued {
            let (reply, mayBeRepeated) = try await cluster.insist { try await $0.redeem(code) }
            #expect(reply.status == 200 || mayBeRepeated, "a code that was answered can't be redeemed: \(reply.text)")
        }
        for (code, refresh) in spent {
            let (reply, _) = try await cluster.insist { try await $0.refresh(refresh) }
            #expect(reply.status == 200, "a token that was answered for a code does not refresh: \(reply.text)")
            let (again, _) = try await cluster.insist { try await $0.redeem(code) }
            #expect(again.status == 400, "a spent code was redeemed again")
        }
        past += revoked.prefix(1)
        try await verify(revoked + past.suffix(3), on: cluster)
        for cookie in ended {
            let (reply, _) = try await cluster.insist { try await $0.get("/auth/authority", ["Cookie": cookie]) }
            #expect(try reply.json["session"]?.bool == false, "a session that was ended is alive")
        }
        issued = []
        spent = []
        revoked = []
        ended = []
    }

    /// That nothing which was ever revoked has come back.
    func verifyPast(_ cluster: Cluster) async throws { try await verify(past, on: cluster) }

    private func verify(_ revoked: [TokenPair], on cluster: Cluster) async throws {
        for pair in revoked {
            for node in cluster.nodes {
                let (refresh, _) = try await cluster.insist { _ in try await node.refresh(pair.refresh) }
                #expect(refresh.status == 400, "a revoked token refreshes")
                let (access, _) = try await cluster.insist { _ in try await node.userInfo(pair.access) }
                #expect(access.status == 401, "a revoked token is accepted")
            }
        }
    }
}
