import COpenSSL

/// Compares two secrets in a time that depends on their length only, so that a wrong guess does not tell how much of it
/// was right.
public func constantTimeEquals(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

/// Compares the UTF-8 bytes; unlike `==`, texts that only look the same are different.
public func constantTimeEquals(_ a: String, _ b: String) -> Bool {
    withContiguousBytes(a.utf8) { a in
        withContiguousBytes(b.utf8) { b in
            a.count == b.count && CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0
        }
    }
}
