import Foundation
import Logging
import ServiceLifecycle
import UnixSignals
import Web

/// What SIGTERM and SIGINT do: the first has the server say that it is not ready, serve on until a load
/// balancer has noticed, and then finish what is under way; the second ends it at once. Nothing that was
/// answered is lost by either.
struct Stop: Sendable {
    let readiness: Readiness
    /// How long a load balancer has to notice.
    let drain: Duration
    let logger: Logger

    /// Runs the services until they have stopped.
    func running(_ group: ServiceGroup) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await heed(signals, group) }
            defer { tasks.cancelAll() }
            try await group.run()
        }
    }

    private func heed(_ signals: UnixSignalsSequence, _ group: ServiceGroup) async {
        var isStopping = false
        for await signal in signals {
            // As a shell reports a process that a signal has ended.
            if isStopping { _exit(128 + signal.rawValue) }
            isStopping = true
            readiness.drain()
            logger.info("Stopping.", metadata: ["signal": "\(signal)", "drain": "\(drain)"])
            Task {
                // It is not cancelled, and if it were, the sooner.
                try? await Task.sleep(for: drain)
                await group.triggerGracefulShutdown()
            }
        }
    }
}
