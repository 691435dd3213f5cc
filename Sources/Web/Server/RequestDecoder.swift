import NIOCore
import NIOHTTP1

/// swift-nio's request decoder with our limits, whose errors are refusals.
///
/// It adds one thing: whether what was too large was the request line or a header field, which the decoder's
/// single error does not tell.
final class RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    private let decoder: HTTPRequestDecoder
    private let targetBytes: Int
    /// Whether a line has ended since the last request did, so that the request line is behind us.
    private var sawLineEnd = false

    init(limits: HTTPLimits) {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headBytes
        configuration.maxHeaderListSize = limits.headBytes
        configuration.maxHeaderFieldCount = limits.headerFields
        targetBytes = limits.targetBytes
        decoder = HTTPRequestDecoder(limitConfiguration: configuration)
    }

    /// To be called at the end of each request that was decoded.
    func requestEnded() { sawLineEnd = false }

    func decoderAdded(context: ChannelHandlerContext) { decoder.decoderAdded(context: context) }
    func decoderRemoved(context: ChannelHandlerContext) { decoder.decoderRemoved(context: context) }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let isRequestLine = !sawLineEnd
        sawLineEnd = sawLineEnd || buffer.readableBytesView.contains(UInt8(ascii: "\n"))
        do {
            return try decoder.decode(context: context, buffer: &buffer)
        } catch HTTPParserError.headerOverflow {
            let line = buffer.readableBytesView.prefix { $0 != UInt8(ascii: "\n") }
            throw isRequestLine && line.count > targetBytes ? RequestRefusal.targetTooLong : .headTooLarge
        } catch is HTTPParserError {
            throw RequestRefusal.notHTTP
        }
    }

    func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        do {
            return try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
        } catch is HTTPParserError {
            throw RequestRefusal.endedEarly
        }
    }
}
