extension StringProtocol {
    /// Whether the text begins with `prefix`, which is lower-case ASCII, in any case.
    public func hasPrefix(ignoringCase prefix: StaticString) -> Bool {
        let bytes = utf8
        guard bytes.count >= prefix.utf8CodeUnitCount else { return false }
        return zip(bytes, UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)).allSatisfy {
            $0 | 0x20 == $1 | 0x20
        }
    }
}
