import NIOCore
import NIOHTTP1

/// swift-nio's request decoder with our limits, whose errors are refusals.
///
/// It adds one thing: whether what was too large was the request line or a header field, which the decoder's
/// single error does not tell.
final class RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    private let decoder: HTTPRequestDecoder
    /// Whether a line has ended since the last request did, so that the request line is behind us.
    private var sawLineEnd = false

    init(limits: HTTPLimits) {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headBytes
        configuration.maxHeaderListSize = limits.headBytes
        configuration.maxHeaderFieldCount = limits.headerFields
        decoder = HTTPRequestDecoder(limitConfiguration: configuration)
    }

    /// To be called at the end of each request that was decoded.
    func requestEnded() { sawLineEnd = false }

    func decoderAdded(context: ChannelHandlerContext) { decoder.decoderAdded(context: context) }
    func decoderRemoved(context: ChannelHandlerContext) { decoder.decoderRemoved(context: context) }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        sawLineEnd = sawLineEnd || buffer.readableBytesView.contains(UInt8(ascii: "\n"))
        do {
            return try decoder.decode(context: context, buffer: &buffer)
        } catch {
            throw refusal(of: error)
        }
    }

    func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        do {
            return try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
        } catch {
            throw refusal(of: error)
        }
    }

    private func refusal(of error: any Error) -> any Error {
        switch error as? HTTPParserError {
        case .headerOverflow: sawLineEnd ? RequestRefusal.headTooLarge : .targetTooLong
        case .invalidEOFState: RequestRefusal.endedEarly
        case .some: RequestRefusal.notHTTP
        case nil: error
        }
    }
}
