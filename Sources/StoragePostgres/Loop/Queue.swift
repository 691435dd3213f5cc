/// First in, first out, at the price of an array.
struct Queue<Element> {
    private var elements: [Element] = []
    private var start = 0

    var isEmpty: Bool { start == elements.count }
    var first: Element? { isEmpty ? nil : elements[start] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func pop(atMost limit: Int) -> [Element] {
        let end = min(start + limit, elements.count)
        let taken = Array(elements[start..<end])
        start = end
        if isEmpty {
            elements.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 1_024 {
            elements.removeFirst(start)
            start = 0
        }
        return taken
    }

    mutating func pop() -> Element? { pop(atMost: 1).first }

    /// Takes out all that `isWanted` says, wherever they stand.
    mutating func pop(where isWanted: (Element) -> Bool) -> [Element] {
        let all = elements[start...]
        let taken = all.filter(isWanted)
        guard !taken.isEmpty else { return [] }
        elements = all.filter { !isWanted($0) }
        start = 0
        return taken
    }
}
