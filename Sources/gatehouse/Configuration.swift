import AuthorizationServer
import Cryptography
import Logging
import OAuth
import Web

/// Everything an operator can set, with its default, in one place.
struct Configuration: Sendable {
    /// The folder with the database, the master key and the lock; made with mode 0700.
    var data = Configuration.usualFolder
    /// `host:port` to listen on.
    var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// `host:port` for `/metrics`; without one there are none.
    var metrics: ListenAddress?
    /// How long to go on serving after a signal to stop, so that a load balancer notices.
    var drain: Duration = .zero
    /// How many requests are answered at once.
    var requestsInFlight = 1_024
    /// `sqlite:PATH` or `postgres://…`; without one, `gatehouse.sqlite` in the data folder.
    var database: String?
    /// Instead of the file in the data folder: the same on every node.
    var masterKey: MasterKey?
    var tlsCertificate: String?
    var tlsKey: String?
    var trustedProxies = TrustedProxies.none
    var tokens = TokenSettings()
    /// Failures in ten minutes; zero: any number.
    var signInLimitPerSource: Int64 = 30
    var argon2 = Argon2Cost.standard
    var hashingThreads: Int?
    /// How many passwords may wait to be hashed.
    var hashingQueue = 64
    /// How long one may wait.
    var hashingWait: Duration = .seconds(2)
    /// What nginx knows too, for PlaceOS's `verified` cookie; without one it is derived from the master key.
    var secretKeyBase: Secret?
    /// PlaceOS's RS256 key: base64 of its PEM.
    var jwtSecret: Secret?
    var logLevel = Logger.Level.info
    /// Fixtures for trying things out, on loopback only.
    var isDemo = false
    /// Accepts keys that everybody knows. Never in production.
    var isDevelopment = false

    /// Why the settings can't be used: every problem at once, so an operator fixes them in one go.
    struct Invalid: Error, Equatable, CustomStringConvertible {
        let problems: [String]
        var description: String { problems.joined(separator: "\n") }
    }

    /// Reads the settings that `value` knows, and keeps the default of each that it does not.
    ///
    /// - Parameter value: the setting of that name, from the command line, the environment or a file.
    init(from value: (_ setting: Setting) -> String?) throws(Invalid) {
        var problems: [String] = []
        func read<Value>(_ setting: Setting, _ rule: String, _ parse: (String) throws -> Value?) -> Value? {
            guard let text = value(setting), !text.isEmpty else { return nil }
            do { if let parsed = try parse(text) { return parsed } } catch {}
            problems.append("\(setting.rawValue) \(rule)\(setting.isSecret ? "" : ", not \"\(text)\"").")
            return nil
        }
        func flag(_ setting: Setting) -> Bool {
            read(setting, "must be true or false") { ["true": true, "false": false, "1": true, "0": false][$0] }
                ?? false
        }

        if let folder = value(.data), !folder.isEmpty { data = folder }
        if let address = read(.listen, "must be host:port", ListenAddress.init) { listen = address }
        metrics = read(.metrics, "must be host:port", ListenAddress.init)
        if let metrics, metrics.port != 0, metrics.port == listen.port {
            problems.append("metrics needs a port of its own, not \(listen.port), which is listen's.")
        }
        if let seconds = read(.drain, "must be 0 to 300 seconds", { Self.number($0, in: 0...300) }) {
            drain = .seconds(seconds)
        }
        if let limit = read(.requestsInFlight, "must be 1 to 100000", { Self.number($0, in: 1...100_000) }) {
            requestsInFlight = Int(limit)
        }
        database = read(.database, "must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE") {
            DatabaseLocation($0) == nil ? nil : $0
        }
        masterKey = read(.masterKey, "must be 32 bytes in base64, as `base64 master.key` prints them") {
            try Base64.decodeLenient($0).map(MasterKey.init)
        }
        tlsCertificate = value(.tlsCertificate)
        tlsKey = value(.tlsKey)
        if (tlsCertificate == nil) != (tlsKey == nil) {
            problems.append("tls-certificate and tls-key belong together; one of them is missing.")
        }
        trustedProxies =
            read(.trustedProxies, "must be a comma separated list of addresses, networks, or \"loopback\"") {
                try TrustedProxies($0 == "none" ? [] : $0.split(separator: ",").map { String($0).filter { $0 != " " } })
            } ?? Self.loopback
        if let text = value(.tokenType) { tokens.tokenType = text }
        if let text = value(.placeOSIssuer) { tokens.placeOSIssuer = text }
        if let seconds = read(.refreshGrace, "must be 0 to 300 seconds", { Self.number($0, in: 0...300) }) {
            tokens.refreshGrace = .seconds(seconds)
        }
        if let limit = read(.signInLimitPerSource, "must be 0 or more", { Self.number($0, in: 0...1_000_000) }) {
            signInLimitPerSource = limit
        }
        let memory = read(.argon2Memory, "must be 8 to 4096 MiB") { Self.number($0, in: 8...4_096) } ?? 19
        let passes = read(.argon2Iterations, "must be 1 to 100") { Self.number($0, in: 1...100) } ?? 2
        argon2 = Argon2Cost(memoryKiB: UInt32(memory * 1_024), iterations: UInt32(passes), parallelism: 1)
        hashingThreads = read(.hashingThreads, "must be 1 to 64") { Self.number($0, in: 1...64).map(Int.init) }
        if let length = read(.hashingQueue, "must be 1 to 10000", { Self.number($0, in: 1...10_000) }) {
            hashingQueue = Int(length)
        }
        if let seconds = read(.hashingWait, "must be 1 to 30 seconds", { Self.number($0, in: 1...30) }) {
            hashingWait = .seconds(seconds)
        }
        secretKeyBase = value(.secretKeyBase).flatMap { $0.isEmpty ? nil : Secret($0) }
        jwtSecret = value(.jwtSecret).flatMap { $0.isEmpty ? nil : Secret($0) }
        if let level = read(
            .logLevel, "must be trace, debug, info, notice, warning, error or critical", { Logger.Level(rawValue: $0) })
        {
            logLevel = level
        }
        isDemo = flag(.demo)
        isDevelopment = flag(.development)
        if isDemo && !listen.isLoopback { problems.append("demo listens on loopback only; its passwords are known.") }
        if !problems.isEmpty { throw Invalid(problems: problems) }
    }

    private static func number(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
        Int64(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static let loopback: TrustedProxies = {
        do { return try TrustedProxies(["loopback"]) } catch { return .none }
    }()
}

/// The name of each setting: an option `--name`, the variable `GATEHOUSE_NAME`, and a member of the file.
enum Setting: String, CaseIterable, Sendable {
    case data, listen, metrics, drain
    case requestsInFlight = "requests-in-flight"
    case database
    case masterKey = "master-key"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case trustedProxies = "trusted-proxies"
    case tokenType = "token-type"
    case placeOSIssuer = "placeos-issuer"
    case refreshGrace = "refresh-grace"
    case signInLimitPerSource = "sign-in-limit-per-source"
    case argon2Memory = "argon2-memory"
    case argon2Iterations = "argon2-iterations"
    case hashingThreads = "hashing-threads"
    case hashingQueue = "hashing-queue"
    case hashingWait = "hashing-wait"
    case secretKeyBase = "secret-key-base"
    case jwtSecret = "jwt-secret"
    case logLevel = "log-level"
    case demo, development

    /// Shown to nobody: the database's address may have a password in it.
    var isSecret: Bool { [.secretKeyBase, .jwtSecret, .masterKey, .database].contains(self) }

    var variable: String { "GATEHOUSE_" + rawValue.uppercased().replacing("-", with: "_") }

    /// The name that PlaceOS's own services read.
    var placeOSVariable: String? {
        switch self {
        case .secretKeyBase: "SECRET_KEY_BASE"
        case .jwtSecret: "JWT_SECRET"
        default: nil
        }
    }
}

/// Where to listen.
struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port` or `[address]:port`; port 0 takes a free one.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = Int(port)
    }

    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
