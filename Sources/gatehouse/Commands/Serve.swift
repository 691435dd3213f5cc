import ArgumentParser
import AuthorizationServer
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import Metrics
import NIOCore
import NIOPosix
import NIOSSL
import OAuth
import ServiceLifecycle
import Web

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve sign-in, tokens, the API and the pages.",
        discussion: """
            Without options: on http://localhost:8080, with a database in the data folder. The first start prints a \
            one-time link that sets the administrator's password. Ctrl-C finishes what is under way and stops.
            """)

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let configuration = try await settings.load()
        let logger = Self.logger(configuration.logLevel)
        // Before anything makes a handle.
        let registry = configuration.metrics.map { _ in MetricRegistry() }
        if let registry { MetricsSystem.bootstrap(registry) }
        let startedAt = WallClock.system.now()
        let workspace = try await Workspace.open(configuration, creating: true, serving: true)
        do {
            let start = FirstStart(workspace: workspace, configuration: configuration)
            try await start.prepare()
            let demo = configuration.isDemo ? try await start.prepareDemo() : nil
            if configuration.isDevelopment { logger.warning("Development: keys that everybody knows are accepted.") }

            let tls = try Self.tls(configuration, workspace.clock, logger)
            let services = try assemble(workspace, configuration, logger: logger)
            let application = Application(
                router: router(services, tls: tls != nil),
                server: .onePort(tls: tls),
                configuration: ApplicationConfiguration(
                    address: .hostname(configuration.listen.host, port: configuration.listen.port), serverName: nil,
                    backlog: 1_024),
                services: [
                    ExpirySweep(
                        store: workspace.store, clock: workspace.clock, node: workspace.node, logger: logger)
                ],
                onServerRunning: { channel in
                    let banner = Banner(
                        workspace: workspace, configuration: configuration, start: start, demo: demo,
                        hasTLS: tls != nil,
                        port: channel.localAddress?.port ?? configuration.listen.port)
                    // Connections are accepted once this closure has returned, and the banner makes one.
                    Task {
                        await banner.print()
                        releaseStartupCode()
                    }
                },
                logger: logger)
            var running: [any Service] = [application]
            if let registry, let address = configuration.metrics {
                var polled = PolledMetrics(startedAt: startedAt)
                if let statistics = workspace.statistics { polled.database = { samples(of: statistics()) } }
                // The first stops last: it is asked until the end.
                running.insert(
                    MetricsServer(
                        address: address, registry: registry, polled: polled, readiness: services.readiness,
                        logger: logger), at: 0)
            }
            var group = ServiceGroupConfiguration(services: running, logger: logger)
            // Requests that don't end by themselves are cut after this.
            group.maximumGracefulShutdownDuration = .seconds(10)
            try await Stop(readiness: services.readiness, drain: configuration.drain, logger: logger)
                .running(ServiceGroup(configuration: group))
        } catch {
            await workspace.close()
            throw Self.explained(error, configuration)
        }
        await workspace.close()
    }

    private static func logger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "gatehouse", factory: LineLog.init(label:))
        logger.logLevel = level
        return logger
    }

    private static func tls(_ configuration: Configuration, _ clock: WallClock, _ logger: Logger) throws
        -> NIOSSLContext?
    {
        guard let certificate = configuration.tlsCertificate, let key = configuration.tlsKey else { return nil }
        let settings = try tlsConfiguration(certificateFile: certificate, keyFile: key, at: clock.now()) {
            logger.warning("\($0)")
        }
        return try NIOSSLContext(configuration: settings)
    }

    private static func explained(_ error: any Error, _ configuration: Configuration) -> any Error {
        guard let error = error as? IOError, error.errnoCode == EADDRINUSE else { return error }
        return ProblemForOperator(
            "Something else listens on \(configuration.listen) already. Choose another port with --listen HOST:PORT.")
    }
}
