import AuthorizationServer
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import OAuth
import ServiceLifecycle
import Web

/// What operators' machines ask, on a port of its own: it answers when the other port is full, and need not be
/// open to the world.
struct MetricsServer: Service {
    let address: ListenAddress
    let registry: MetricRegistry
    let polled: PolledMetrics
    let readiness: Readiness
    let logger: Logger

    /// - Throws: `ProblemForOperator` when something else listens there.
    func run() async throws {
        let application = Application(
            router: router(), server: .onePort(limits: Self.limits, isMeasured: false),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info(
                    "Metrics are served.",
                    metadata: ["url": "http://\(ListenAddress(host: address.host, port: port))/metrics"])
            },
            logger: logger)
        do { try await application.run() } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ProblemForOperator(
                "Something else listens on \(address) already. Choose another port with --metrics HOST:PORT.")
        }
    }

    /// Small: a few scrapers and probes, in haste.
    private static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.connections = 32
        limits.bodyBytes = 0
        limits.headTimeout = .seconds(5)
        limits.bodyTimeout = .seconds(5)
        limits.drainTimeout = .milliseconds(500)
        return limits
    }()

    private func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.get("/metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: Exposition.contentType, .cacheControl: "no-store"],
                body: ResponseBody(
                    byteBuffer: ByteBuffer(string: registry.exposition(adding: polled.samples()))))
        }
        router.get("/livez") { _, _ in Answer.empty(.ok) }
        router.get("/readyz") { _, _ in await readiness.answer() }
        return router
    }
}
