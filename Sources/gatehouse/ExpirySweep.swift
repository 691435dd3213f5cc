import AuthorizationServer
import Logging
import OAuth
import ServiceLifecycle

/// Deletes what has ended, by index and in small batches, for as long as the server runs.
struct ExpirySweep: Service {
    let store: any GrantStore
    let clock: WallClock
    let logger: Logger

    private static let batch: Int64 = 500
    private static let pause: Duration = .seconds(60)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await store.purge(endedBefore: clock.now(), limit: Self.batch)
                    // More than a batch waits: go on soon, but let everybody else in between.
                    try await Task.sleep(for: count >= Int(Self.batch) ? .milliseconds(200) : Self.pause)
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("Expired rows were not purged.", metadata: ["error": "\(error)"])
                    try await Task.sleep(for: Self.pause)
                }
            }
        }
    }
}
