import NIOHTTP1

/// What a connection remembers of the request that the application has.
struct Exchange {
    let isHEAD: Bool
    let isHTTP10: Bool
    /// Whether the client waits for 100 (Continue) before it sends the body (RFC 9110 §10.1.1).
    let expectsContinue: Bool
    /// Whether the connection ends with the response.
    var closes: Bool
    /// Whether the request's body has been read to its end.
    var isRead = false
}

/// What comes from a client.
enum ClientInput {
    case part(HTTPServerRequestPart)
    /// What came is not acted on, nor is what follows it.
    case refusal(RequestRefusal)
    /// The client has ended its side of the connection.
    case end
}
