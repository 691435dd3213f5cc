import Configuration
import Foundation
import SystemPackage

/// Where settings come from: the command line before the environment before `gatehouse.json` in the data
/// folder; PlaceOS's own variable names come last.
struct ConfigurationSources {
    private let folder: String
    private let readers: [(name: String, reader: ConfigReader)]
    private let placeOS: ConfigReader

    /// - Throws: an error that names the file when it can't be read.
    init(_ options: [Setting: String]) async throws {
        let environment = EnvironmentVariablesProvider()
        folder =
            options[.data] ?? ProcessInfo.processInfo.environment[Setting.data.variable] ?? Configuration.usualFolder
        let file = try await FileProvider<JSONSnapshot>(
            filePath: FilePath(folder + "/gatehouse.json"), allowMissing: true)
        let commandLine = InMemoryProvider(
            name: "command line",
            values: Dictionary(
                uniqueKeysWithValues: options.map {
                    (AbsoluteConfigKey([$0.key.rawValue]), ConfigValue(.string($0.value), isSecret: $0.key.isSecret))
                }))
        readers = [
            ("command line", ConfigReader(provider: commandLine)),
            ("environment", ConfigReader(provider: environment.prefixKeys(with: "gatehouse"))),
            ("gatehouse.json", ConfigReader(provider: file)),
        ]
        placeOS = ConfigReader(provider: environment)
    }

    /// A setting that somebody made, and who; `nil` where the default holds.
    func value(of setting: Setting) -> (text: String, source: String)? {
        for (name, reader) in readers {
            if let text = Self.text(of: setting, in: reader) { return (text, name) }
        }
        guard let variable = setting.placeOSVariable,
            let text = placeOS.string(forKey: ConfigKey([variable.lowercased()]), isSecret: true)
        else { return nil }
        return (text, variable)
    }

    /// A file may write a number or a truth value without quotes.
    private static func text(of setting: Setting, in reader: ConfigReader) -> String? {
        let key = ConfigKey([setting.rawValue])
        return reader.string(forKey: key, isSecret: setting.isSecret)
            ?? reader.int(forKey: key, isSecret: setting.isSecret).map(String.init)
            ?? reader.bool(forKey: key, isSecret: setting.isSecret).map(String.init)
    }

    /// The settings in force.
    ///
    /// - Throws: `Configuration.Invalid`.
    func configuration() throws -> Configuration {
        var configuration = try Configuration { value(of: $0)?.text }
        configuration.data = folder
        return configuration
    }
}

extension Configuration {
    /// `~/.local/share/gatehouse`, or where XDG says.
    static var usualFolder: String {
        let environment = ProcessInfo.processInfo.environment
        let base =
            environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? (environment["HOME"] ?? ".") + "/.local/share"
        return base + "/gatehouse"
    }

    /// - Throws: `Invalid`; an error that names the file when it can't be read.
    static func load(_ options: [Setting: String]) async throws -> Configuration {
        try await ConfigurationSources(options).configuration()
    }
}
