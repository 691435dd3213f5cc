import ArgumentParser

/// Every setting as an option. What isn't given comes from `GATEHOUSE_…`, then from `gatehouse.json`.
struct SettingOptions: ParsableArguments {
    @OptionGroup var place: DataOptions

    @Option(help: "HOST:PORT to listen on. Port 0 takes a free one. (default: 127.0.0.1:8080)")
    var listen: String?
    @Option(help: "HOST:PORT for /metrics, /livez and /readyz, such as 127.0.0.1:9464. (default: none)")
    var metrics: String?
    @Option(help: "Seconds to go on serving after SIGTERM, so that a load balancer notices. (default: 0)")
    var drain: String?
    @Option(help: "Requests answered at once; when half of it is taken, domains share. (default: 1024)")
    var requestsInFlight: String?
    @Option(help: ArgumentHelp("PEM file with the certificate and what leads to its root.", valueName: "file"))
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("PEM file with the certificate's private key.", valueName: "file"))
    var tlsKey: String?
    @Option(
        help:
            "Whose X-Forwarded headers are believed: addresses, networks, \"loopback\" or \"none\". (default: loopback)"
    )
    var trustedProxies: String?
    @Option(help: "The token_type of token responses. (default: bearer)")
    var tokenType: String?
    @Option(name: .customLong("placeos-issuer"), help: "The iss of access tokens in PlaceOS's format. (default: POS)")
    var placeOSIssuer: String?
    @Option(help: "Seconds for which a rotated refresh token still gets a sibling of its successor. (default: 30)")
    var refreshGrace: String?
    @Option(help: "Failed sign-ins per source address in ten minutes; 0 for any number. (default: 30)")
    var signInLimitPerSource: String?
    @Option(help: ArgumentHelp("Memory per password hash. (default: 19)", valueName: "MiB"))
    var argon2Memory: String?
    @Option(help: "Passes per password hash. (default: 2)")
    var argon2Iterations: String?
    @Option(help: "Threads that hash passwords. (default: one fewer than cores)")
    var hashingThreads: String?
    @Option(help: "Passwords that may wait to be hashed, of all domains together. (default: 64)")
    var hashingQueue: String?
    @Option(help: "Seconds a password may wait to be hashed. (default: 2)")
    var hashingWait: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
    var logLevel: String?
    @Flag(help: "Make a demo application and accounts with known passwords. Loopback only.")
    var demo = false
    @Flag(help: "Accept keys that everybody knows. Never in production.")
    var development = false

    /// The settings that were made on the command line.
    var options: [Setting: String] {
        var options = place.options
        func add(_ setting: Setting, _ value: String?) { if let value { options[setting] = value } }
        add(.listen, listen)
        add(.metrics, metrics)
        add(.drain, drain)
        add(.requestsInFlight, requestsInFlight)
        add(.tlsCertificate, tlsCertificate)
        add(.tlsKey, tlsKey)
        add(.trustedProxies, trustedProxies)
        add(.tokenType, tokenType)
        add(.placeOSIssuer, placeOSIssuer)
        add(.refreshGrace, refreshGrace)
        add(.signInLimitPerSource, signInLimitPerSource)
        add(.argon2Memory, argon2Memory)
        add(.argon2Iterations, argon2Iterations)
        add(.hashingThreads, hashingThreads)
        add(.hashingQueue, hashingQueue)
        add(.hashingWait, hashingWait)
        add(.logLevel, logLevel)
        if demo { options[.demo] = "true" }
        if development { options[.development] = "true" }
        return options
    }

    func load() async throws -> Configuration { try await Configuration.load(options) }
}

/// Which Gatehouse a command works on.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder. (default: ~/.local/share/gatehouse)", valueName: "folder"))
    var data: String?
    @Option(
        help: ArgumentHelp(
            "sqlite:PATH or postgres://…, when the database is not in the data folder.", valueName: "URL"))
    var database: String?

    var options: [Setting: String] {
        var options: [Setting: String] = [:]
        if let data { options[.data] = data }
        if let database { options[.database] = database }
        return options
    }

    /// Opens the data folder for one command, and closes it whatever happens.
    func withWorkspace<Answer>(creating: Bool = false, _ work: (Workspace, Configuration) async throws -> Answer)
        async throws -> Answer
    {
        let configuration = try await Configuration.load(options)
        let workspace = try await Workspace.open(configuration, creating: creating)
        do {
            let answer = try await work(workspace, configuration)
            await workspace.close()
            return answer
        } catch {
            await workspace.close()
            throw error
        }
    }
}
