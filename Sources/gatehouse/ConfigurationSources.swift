import Configuration
import Foundation
import SystemPackage

extension Configuration {
    /// `~/.local/share/gatehouse`, or where XDG says.
    static var usualFolder: String {
        let environment = ProcessInfo.processInfo.environment
        let base =
            environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? (environment["HOME"] ?? ".") + "/.local/share"
        return base + "/gatehouse"
    }

    /// The settings in force: the command line before the environment before `gatehouse.json` in the data
    /// folder; PlaceOS's own variable names come last.
    ///
    /// - Throws: `Invalid`; an error that names the file when it can't be read.
    static func load(_ options: [Setting: String]) async throws -> Configuration {
        let environment = EnvironmentVariablesProvider()
        let folder =
            options[.data] ?? ProcessInfo.processInfo.environment[Setting.data.variable] ?? Configuration.usualFolder
        let file = try await FileProvider<JSONSnapshot>(
            filePath: FilePath(folder + "/gatehouse.json"), allowMissing: true)
        let reader = ConfigReader(providers: [
            InMemoryProvider(
                name: "command line",
                values: Dictionary(
                    uniqueKeysWithValues: options.map {
                        (
                            AbsoluteConfigKey([$0.key.rawValue]),
                            ConfigValue(.string($0.value), isSecret: $0.key.isSecret)
                        )
                    })),
            environment.prefixKeys(with: "gatehouse"),
            file,
        ])
        let placeOS = ConfigReader(provider: environment)
        var configuration = try Configuration { setting in
            reader.string(forKey: ConfigKey([setting.rawValue]), isSecret: setting.isSecret)
                ?? setting.placeOSVariable.flatMap {
                    placeOS.string(forKey: ConfigKey([$0.lowercased()]), isSecret: true)
                }
        }
        configuration.data = folder
        return configuration
    }
}
