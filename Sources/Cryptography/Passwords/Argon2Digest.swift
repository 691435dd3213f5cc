import CArgon2

/// An argon2id digest of version 1.3, written as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
struct Argon2Digest {
    let cost: Argon2Cost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Hashes the password, which takes `cost.memoryKiB` of memory and some tens of milliseconds.
    init(
        of password: UnsafeBufferPointer<UInt8>, cost: Argon2Cost, salt: [UInt8], length: Int
    ) throws(CryptographyError) {
        var hash = [UInt8](repeating: 0, count: length)
        let status = argon2id_hash_raw(
            cost.iterations, cost.memoryKiB, cost.parallelism,
            password.baseAddress, password.count, salt, salt.count, &hash, hash.count)
        guard status == ARGON2_OK.rawValue else {
            throw .hashingFailed(argon2_error_message(status).map { String(cString: $0) } ?? "error \(status)")
        }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Reads what `text` writes; `nil` for anything else, and for a cost no `Argon2Cost` may have.
    init?(_ text: String) {
        guard text.utf8.count <= 256 else { return nil }
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0].isEmpty, fields[1] == "argon2id", fields[2] == "v=19" else { return nil }

        let parameters = fields[3].split(separator: ",", omittingEmptySubsequences: false)
        guard parameters.count == 3,
            let memory = Self.number(parameters[0], after: "m="),
            let iterations = Self.number(parameters[1], after: "t="),
            let parallelism = Self.number(parameters[2], after: "p=")
        else { return nil }
        let cost = Argon2Cost(memoryKiB: memory, iterations: iterations, parallelism: parallelism)
        guard cost.memoryKiB == memory, cost.iterations == iterations, cost.parallelism == parallelism else {
            return nil
        }

        guard let salt = Base64.decodeWithoutPadding(fields[4].utf8), (8...64).contains(salt.count),
            let hash = Base64.decodeWithoutPadding(fields[5].utf8), (12...64).contains(hash.count)
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    var text: String {
        "$argon2id$v=19$m=\(cost.memoryKiB),t=\(cost.iterations),p=\(cost.parallelism)"
            + "$\(Base64.encodeWithoutPadding(salt))$\(Base64.encodeWithoutPadding(hash))"
    }

    func matches(_ password: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let other = try? Argon2Digest(of: password, cost: cost, salt: salt, length: hash.count) else {
            return false
        }
        return constantTimeEquals(other.hash, hash)
    }

    /// Digits only: `UInt32` alone would also read a sign.
    private static func number(_ text: Substring, after name: String) -> UInt32? {
        guard text.hasPrefix(name) else { return nil }
        let digits = text.dropFirst(name.count)
        return digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt32(digits) : nil
    }
}
