import ArgumentParser
import AuthorizationServer
import Cryptography
import Logging
import OAuth

struct ShowConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print the settings in force and where each comes from, without secrets.",
        discussion: """
            An option wins over the environment (GATEHOUSE_…), that over gatehouse.json in the data folder.

            Example: gatehouse config --json
            """)

    @OptionGroup var settings: SettingOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let sources = try await ConfigurationSources(settings.options)
        // Every fault is told before anything is shown.
        let configuration = try sources.configuration()
        let facts: [Facts] = Setting.allCases.map { setting in
            let given = sources.value(of: setting)
            let shown = setting == .database ? configuration.location.description : "(set)"
            let value = given.map { setting.isSecret ? shown : $0.text } ?? configuration.usualText(of: setting)
            return [
                "setting": .text(setting.rawValue), "value": .text(value), "source": .text(given?.source ?? "default"),
                "variable": .text(setting.variable),
            ]
        }
        if output.json {
            let members = facts.map { facts in JSON.Member(facts.text(of: "setting"), facts.json) }
            print(JSON.object(members).text)
        } else {
            output.tell(facts, columns: ["setting", "value", "source", "variable"])
        }
    }
}

extension Configuration {
    /// What holds for a setting that nobody made; `nil`: nothing.
    fileprivate func usualText(of setting: Setting) -> String? {
        switch setting {
        case .data: data
        case .listen: listen.description
        case .metrics: nil
        case .drain: String(drain.wholeSeconds)
        case .requestsInFlight: String(requestsInFlight)
        case .database: "sqlite:\(data)/gatehouse.sqlite"
        case .masterKey, .tlsCertificate, .tlsKey, .secretKeyBase, .jwtSecret: nil
        case .trustedProxies: "loopback"
        case .tokenType: tokens.tokenType
        case .placeOSIssuer: tokens.placeOSIssuer
        case .refreshGrace: String(tokens.refreshGrace.wholeSeconds)
        case .signInLimitPerSource: String(signInLimitPerSource)
        case .argon2Memory: String(argon2.memoryKiB / 1_024)
        case .argon2Iterations: String(argon2.iterations)
        case .hashingThreads: "one fewer than cores"
        case .hashingQueue: String(hashingQueue)
        case .hashingWait: String(hashingWait.wholeSeconds)
        case .logLevel: logLevel.rawValue
        case .demo: String(isDemo)
        case .development: String(isDevelopment)
        }
    }
}
