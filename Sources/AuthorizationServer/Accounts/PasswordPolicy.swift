public import OAuth

/// Which passwords a person may choose (NIST SP 800-63B-4 §3.1.1.2): long enough, not common, not made of
/// what everybody knows about the account. No rules about kinds of characters.
public enum PasswordPolicy {
    /// In bytes: what is longer costs time and proves nothing.
    public static let longest = 1_024

    /// The fault of a new password, or `nil` when it may be used.
    public static func fault(in password: Secret, for user: User, in domain: Domain) -> String? {
        let text = password.exposed
        if let fault = unusable(text) { return fault }
        guard text.count >= domain.policy.shortestPassword else {
            return "is shorter than \(domain.policy.shortestPassword) characters"
        }
        let folded = text.lowercased()
        guard !common.contains(folded), Set(folded).count > 2 else { return "is one that many people use" }
        let context = [
            user.email.text, String(user.email.text.prefix { $0 != "@" }), user.name.lowercased(), domain.host,
            domain.name.lowercased(), "gatehouse", "placeos",
        ]
        guard !context.contains(where: { $0.count >= 3 && isMostly(folded, $0) }) else {
            return "is made of the name, the e-mail address or the site"
        }
        return nil
    }

    /// What no account can have, a weak one that an administrator allowed included.
    public static func unusable(_ text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.contains(0) { return "contains a NUL character" }
        if text.utf8.count > longest { return "is longer than \(longest) bytes" }
        return nil
    }

    /// Whether at most three characters are left of `text` without `word`.
    private static func isMostly(_ text: String, _ word: String) -> Bool {
        text.contains(word) && text.count - word.count <= 3
    }

    /// The most common passwords of eight characters and more.
    private static let common: Set<String> = [
        "12345678", "123456789", "1234567890", "12345678910", "123123123", "987654321", "0123456789", "11223344",
        "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "q1w2e3r4", "qwertyui", "qwertyuiop", "qwerty123", "qwerty12345",
        "asdfghjk", "asdfghjkl", "zxcvbnm1", "abcd1234", "abc12345", "a1b2c3d4", "aa123456", "aaaa1111",
        "password", "password1", "password12", "password123", "password1!", "password!", "passw0rd", "p@ssword",
        "p@ssw0rd", "passwort", "passwort1", "motdepasse", "contraseña", "letmein1", "letmein123", "welcome1",
        "welcome123", "welcome!", "iloveyou", "iloveyou1", "sunshine", "princess", "football", "baseball",
        "superman", "batman123", "starwars", "trustno1", "whatever", "computer", "internet", "michelle", "jennifer",
        "administrator", "admin123", "admin1234", "adminadmin", "administrator1", "changeme", "changeme1",
        "changeme123", "default1", "developer", "development", "testtest", "test1234", "testing123", "secret123",
        "root1234", "rootroot", "monkey123", "dragon123", "master123", "shadow123", "summer2024", "summer2025",
        "summer2026", "winter2024", "winter2025", "winter2026", "spring2026", "autumn2026",
    ]
}
