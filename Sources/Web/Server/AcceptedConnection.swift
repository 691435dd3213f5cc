public import HummingbirdCore
public import NIOCore
import NIOHTTPTypes
import Synchronization

/// A connection on its way from the port to whoever serves it.
///
/// The server stops taking connections at once when it shuts down; one that was accepted a moment before is
/// then dropped. swift-nio ends the process over a stream that is dropped without being closed
/// (`NIOAsyncWriter`), and with it every request that is still under way: so this closes it.
public final class AcceptedConnection: ServerChildChannelValue {
    private let stream: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    private let isTaken = Atomic(false)

    init(_ stream: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>) { self.stream = stream }

    public var channel: any Channel { stream.channel }

    /// The stream, which the caller closes from now on.
    func take() -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
        isTaken.store(true, ordering: .relaxed)
        return stream
    }

    deinit {
        guard !isTaken.load(ordering: .relaxed) else { return }
        let stream = stream
        Task {
            // Whatever goes wrong, the connection is closed.
            do { try await stream.executeThenClose { _, _ in } } catch {}
        }
    }
}
