import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import Web

/// A trap in Swift ends the process, so a parser that traps is a stop button for everybody.
@Suite("Bytes that nobody would send by mistake")
struct HostileBytesTests {
    @Test(
        "whatever comes, in whatever pieces, the connection is answered or ended",
        arguments: 1...8 as ClosedRange<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes += Attacks.all.randomElement(using: &random)?.request.utf8.map(\.self) ?? []
                bytes += Requests.next.utf8
            }
            for _ in 0..<Int.random(in: 0...6, using: &random) { mutate(&bytes, &random) }
            let written = try feed(bytes, &random)

            #expect(written.allSatisfy { $0.isEmpty || $0.hasPrefix("HTTP/1.1 ") })
            #expect(written.filter { $0.hasPrefix("HTTP/1.1 4") && $0.contains("invalid_request") }.count <= 1)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard let index = bytes.indices.randomElement(using: &random) else { return }
        let byte =
            Bool.random(using: &random)
            ? UInt8.random(in: 0...255, using: &random)
            : Array("\r\n :;,0\u{0}".utf8).randomElement(using: &random) ?? 0
        switch Int.random(in: 0...3, using: &random) {
        case 0: bytes[index] = byte
        case 1: bytes.insert(byte, at: index)
        case 2: bytes.remove(at: index)
        default: bytes.insert(contentsOf: bytes[..<index].suffix(20), at: index)
        }
    }

    /// What the connection writes when it is given `bytes` in pieces, its requests answered at once.
    private func feed(_ bytes: [UInt8], _ random: inout SplitMix) throws -> [String] {
        let channel = EmbeddedChannel()
        let decoder = RequestDecoder(limits: HTTPLimits())
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(ConnectionHandler(limits: HTTPLimits(), decoder: decoder))
        try pipeline.addHandler(Answering())
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 1), promise: nil)

        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...100, using: &random))
            rest = rest.dropFirst(piece.count)
            _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
        }
        channel.close(promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .minutes(2))

        var written: [String] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { written.append(String(buffer: buffer)) }
        return written
    }
}

/// An application that answers each request when it is complete.
private final class Answering: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(
            wrapOutboundOut(.head(HTTPResponse(status: .ok, headerFields: [.contentLength: "0"]))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

/// The same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
