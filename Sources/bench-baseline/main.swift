// The baseline of `make bench`: a bare Hummingbird server that answers `GET /` with the same 600 bytes of JSON.
// usage: bench-baseline PORT

import Foundation
import Hummingbird
import Logging

guard let port = CommandLine.arguments.dropFirst().first.flatMap({ UInt16($0) }) else {
    print("usage: bench-baseline PORT")
    exit(64)
}

let body = ByteBuffer(string: #"{"data":""# + String(repeating: "x", count: 589) + #""}"#)
let headers: HTTPFields = [.contentType: "application/json"]
let router = Router()
router.get("/") { _, _ in
    Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
}

var logger = Logger(label: "bench-baseline")
logger.logLevel = .error
let server = Application(
    router: router,
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: Int(port))),
    logger: logger)
try await server.runService()
