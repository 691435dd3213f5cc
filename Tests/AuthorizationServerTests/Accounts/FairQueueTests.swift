import OAuth
import Testing

@testable import AuthorizationServer

@Suite("A fair queue")
struct FairQueueTests {
    private var queue = FairQueue<String>(limit: 6)

    @Test mutating func `serves domains in turn, and each in its order`() {
        for (work, domain): (String, DomainID) in [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c")] {
            #expect(add(work, domain) == "accepted")
        }

        #expect((1...6).map { _ in queue.next() } == ["a1", "b1", "c1", "a2", "a3", nil])
        #expect(queue.count == 0)
    }

    @Test mutating func `gives one domain everything while no other waits, and not more`() {
        for index in 1...6 { #expect(add("a\(index)", "a") == "accepted") }

        #expect(add("a7", "a") == "refused")
    }

    @Test mutating func `a domain that comes to a full queue takes the place of the newest work beyond a share`() {
        for index in 1...6 { _ = add("a\(index)", "a") }

        #expect(add("b1", "b") == "instead of a6")
        #expect(add("b2", "b") == "instead of a5")
        #expect(add("b3", "b") == "instead of a4")
        #expect(add("b4", "b") == "refused")
        #expect(add("a7", "a") == "refused")
        #expect(queue.count == 6)
        #expect((1...6).map { _ in queue.next() } == ["a1", "b1", "a2", "b2", "a3", "b3"])
    }

    @Test mutating func `a domain does not get more than its share while others wait`() {
        _ = add("b1", "b")
        for index in 1...3 { #expect(add("a\(index)", "a") == "accepted") }

        #expect(add("a4", "a") == "refused")

        #expect((1...2).map { _ in queue.next() } == ["b1", "a1"])
        for index in 4...7 { #expect(add("a\(index)", "a") == "accepted") }
    }

    @Test mutating func `has a place for each when there are more domains than places`() {
        for index in 1...6 { #expect(add("\(index)", DomainID("\(index)")) == "accepted") }

        #expect(add("7", "7") == "refused")
    }

    @Test func `takes nothing when it may hold nothing`() {
        var queue = FairQueue<Int>(limit: 0)

        guard case .refused = queue.add(1, for: "a") else {
            Issue.record("It was accepted.")
            return
        }
        #expect(queue.next() == nil)
    }

    private mutating func add(_ work: String, _ domain: DomainID) -> String {
        switch queue.add(work, for: domain) {
        case .accepted: "accepted"
        case .instead(let other): "instead of \(other)"
        case .refused: "refused"
        }
    }
}
