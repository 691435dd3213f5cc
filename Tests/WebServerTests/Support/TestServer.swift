import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization
import Web

/// A server with a few routes on a port of its own, in this process, for the length of a test.
struct TestServer: Sendable {
    let port: Int
    /// What `/slow` waits for, once, before it answers.
    let slow: Count
    /// How many requests have reached `/slow`.
    let slowReached: Count
    let group: ServiceGroup
}

func withServer<Result: Sendable>(
    tls: NIOSSLContext? = nil, limits: HTTPLimits = HTTPLimits(),
    _ body: @Sendable @escaping (TestServer) async throws -> Result
) async throws -> Result {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let slow = Count()
    let slowReached = Count()
    var logger = Logger(label: "test")
    logger.logLevel = .error

    let app = Application(
        router: routes(slow: slow, slowReached: slowReached, bodyBytes: limits.bodyBytes),
        server: .onePort(tls: tls, limits: limits),
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
        logger: logger)
    let group = ServiceGroup(configuration: .init(services: [app], logger: logger))

    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let server = TestServer(
            port: await iterator.next() ?? 0, slow: slow, slowReached: slowReached, group: group)
        let result: Result
        do {
            result = try await body(server)
        } catch {
            slow.add()
            await group.triggerGracefulShutdown()
            throw error
        }
        slow.add()
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return result
    }
}

enum Requests {
    static let next = "GET /scheme HTTP/1.1\r\nHost: a\r\n\r\n"
    static let last = "GET /scheme HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
}

extension HTTPLimits {
    /// The default sizes with time-outs that a test can wait for.
    static let hasty: HTTPLimits = {
        var limits = HTTPLimits()
        limits.headTimeout = .milliseconds(500)
        limits.bodyTimeout = .milliseconds(500)
        limits.idleTimeout = .milliseconds(800)
        limits.stallTimeout = .milliseconds(500)
        limits.lingerTimeout = .milliseconds(500)
        return limits
    }()
}

private func routes(slow: Count, slowReached: Count, bodyBytes: Int) -> Router<TestContext> {
    let router = Router(context: TestContext.self)
    router.get("scheme") { request, _ in request.head.scheme ?? "none" }
    router.get("peer") { _, context in context.channel.peerAddress ?? "none" }
    router.get("host") { request, _ in "\(request.head.authority ?? "none") \(request.uri)" }
    router.head("scheme") { _, _ in Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "unsent"))) }
    router.post("echo") { request, _ in
        let body = try await request.body.collect(upTo: bodyBytes)
        return Response(status: .ok, body: .init(byteBuffer: body))
    }
    router.post("ignore") { _, _ in "ignored" }
    router.get("slow") { _, _ in
        slowReached.add()
        await slow.reach(1)
        return "slow"
    }
    router.get("large") { _, _ in String(repeating: "x", count: 8 * 1_024 * 1_024) }
    router.get("stream") { _, _ in
        Response(
            status: .ok,
            body: .init { writer in
                for word in ["one ", "two ", "three"] { try await writer.write(ByteBuffer(string: word)) }
                try await writer.finish(nil)
            })
    }
    router.get("empty") { _, _ in Response(status: .noContent) }
    return router
}

struct TestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Counts something that happens, and waits for it to have happened often enough.
final class Count: Sendable {
    private struct Waiting {
        let number: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private let state = Mutex((number: 0, waiting: [Waiting]()))

    func add() {
        let done = state.withLock { state in
            state.number += 1
            let number = state.number
            let done = state.waiting.filter { $0.number <= number }
            state.waiting.removeAll { $0.number <= number }
            return done
        }
        for waiting in done { waiting.continuation.resume() }
    }

    func reach(_ number: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.number < number { state.waiting.append(Waiting(number: number, continuation: continuation)) }
                return state.number >= number
            }
            if isReached { continuation.resume() }
        }
    }
}
