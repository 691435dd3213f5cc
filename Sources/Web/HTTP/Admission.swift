import AuthorizationServer
import HTTPTypes
public import Hummingbird
import Metrics
import OAuth
import Synchronization

/// How many requests are answered at once: in total and, when more than half of that is taken, of each domain
/// not more than its fair share. So one domain's storm is answered 503, and the others are served.
public final class Admission: Sendable {
    /// Too many requests are under way: this one is worth sending again in a second.
    public struct Refused: Error {}

    private struct State {
        /// The domain of each request that is under way, once it is known: its index in `counts`.
        var slots: [Int?]
        var free: [Int]
        /// Grows with the domains that there are; looking one up is all that a request costs.
        var indices: [DomainID: Int] = [:]
        var counts: [Int] = []
        /// How many of the counts are not zero.
        var active = 0

        mutating func index(of domain: DomainID) -> Int {
            if let index = indices[domain] { return index }
            indices[domain] = counts.count
            counts.append(0)
            return counts.count - 1
        }
    }

    private let state: Mutex<State>
    private let limit: Int
    private let shed = Counter(label: "gatehouse_http_requests_shed_total")

    /// - Parameter limit: of requests in flight, of all domains together.
    public init(limit: Int = 1_024) {
        self.limit = max(1, limit)
        state = Mutex(
            State(
                slots: Array(repeating: nil, count: self.limit), free: Array((0..<self.limit).reversed())))
    }

    /// A place for a request, which `leave` gives back; `nil` when all are taken.
    func enter() -> Int? {
        let slot = state.withLock { $0.free.popLast() }
        if slot == nil { shed.increment() }
        return slot
    }

    /// - Throws: `Refused`, when the domain has its share already.
    func assign(_ slot: Int, to domain: DomainID) throws {
        let isAdmitted = state.withLock { state in
            guard state.slots[slot] == nil else { return true }
            let index = state.index(of: domain)
            let count = state.counts[index]
            let active = state.active + (count == 0 ? 1 : 0)
            let taken = limit - state.free.count
            guard taken * 2 <= limit || count < max(1, limit / active) else { return false }
            state.slots[slot] = index
            state.counts[index] = count + 1
            state.active = active
            return true
        }
        guard isAdmitted else {
            shed.increment()
            throw Refused()
        }
    }

    func leave(_ slot: Int) {
        state.withLock { state in
            if let index = state.slots[slot] {
                state.counts[index] -= 1
                if state.counts[index] == 0 { state.active -= 1 }
                state.slots[slot] = nil
            }
            state.free.append(slot)
        }
    }
}

/// Lets a request in, or answers 503. Whether the server is up can always be asked.
public struct Admit: RouterMiddleware {
    private let admission: Admission

    public init(_ admission: Admission) { self.admission = admission }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if Self.isProbe(request) { return try await next(request, context) }
        guard let slot = admission.enter() else {
            return Refusal(Admission.Refused()).oauthResponse(request.headers)
        }
        defer { admission.leave(slot) }
        var context = context
        context.slot = slot
        return try await next(request, context)
    }

    private static func isProbe(_ request: Request) -> Bool {
        switch request.head.path {
        case "/auth/healthz", "/auth/readyz", "/auth/authority?health", "/api/engine/v2", "/api/engine/v2/": true
        default: false
        }
    }
}
