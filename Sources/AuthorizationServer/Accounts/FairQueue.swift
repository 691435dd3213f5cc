import OAuth

/// Waiting work, a queue for each domain, served in turn: a domain that asks much waits for itself, not
/// others for it.
///
/// Together they hold `limit`. A domain alone may have all of it; when others wait, each has its share, and
/// what one has beyond that makes room for them.
struct FairQueue<Work> {
    private let limit: Int
    private var queues: [DomainID: [Work]] = [:]
    /// Domains with something in their queue; the first is served next.
    private var turns: [DomainID] = []
    private(set) var count = 0

    init(limit: Int) { self.limit = limit }

    enum Admission {
        case accepted
        /// Accepted in the place of another's work, which is not done.
        case instead(of: Work)
        case refused
    }

    mutating func add(_ work: Work, for domain: DomainID) -> Admission {
        let mine = queues[domain]?.count ?? 0
        let share = max(1, limit / (turns.count + (mine == 0 ? 1 : 0)))
        if count < limit {
            guard mine < share || turns.count - (mine == 0 ? 0 : 1) == 0 else { return .refused }
            append(work, for: domain)
            return .accepted
        }
        guard mine < share, let longest = turns.max(by: { length($0) < length($1) }), length(longest) > share,
            let evicted = queues[longest]?.popLast()
        else { return .refused }
        count -= 1
        append(work, for: domain)
        return .instead(of: evicted)
    }

    /// The first of the domain whose turn it is.
    mutating func next() -> Work? {
        guard !turns.isEmpty else { return nil }
        let domain = turns.removeFirst()
        guard var queue = queues[domain], !queue.isEmpty else { return nil }
        let work = queue.removeFirst()
        count -= 1
        queues[domain] = queue.isEmpty ? nil : queue
        if !queue.isEmpty { turns.append(domain) }
        return work
    }

    private func length(_ domain: DomainID) -> Int { queues[domain]?.count ?? 0 }

    private mutating func append(_ work: Work, for domain: DomainID) {
        if queues[domain] == nil { turns.append(domain) }
        queues[domain, default: []].append(work)
        count += 1
    }
}
