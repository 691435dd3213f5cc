// The closed-loop load driver of `make bench`, for what takes more than one fixed request: refresh chains, the
// authorization code flow, sign-ins. Reads a plan from standard input, prints a report, both in JSON.
// usage: bench-load < plan.json

import Foundation
import NIOCore
import NIOPosix

func stop(_ problem: String) -> Never {
    FileHandle.standardError.write(Data("bench-load: \(problem)\n".utf8))
    exit(64)
}

let plan: Plan
do {
    plan = try JSONDecoder().decode(Plan.self, from: FileHandle.standardInput.readDataToEndOfFile())
} catch {
    stop("this is no plan: \(error)")
}
if let problem = plan.problem { stop(problem) }

// One thread, since the server under test shares the machine with it.
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let loop = group.next()
let report = try await loop.flatSubmit { connect(plan, on: loop) }.get()
let json = JSONEncoder()
json.outputFormatting = .sortedKeys
print(String(decoding: try json.encode(report), as: UTF8.self))

/// Opens the plan's connections; the answer comes when the run is over.
@Sendable func connect(_ plan: Plan, on loop: any EventLoop) -> EventLoopFuture<Report> {
    let done = loop.makePromise(of: Report.self)
    let run = Run(plan: plan, loop: loop, done: done)
    let shared = NIOLoopBound(run, eventLoop: loop)
    for number in 0..<plan.connections {
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(5))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = Connection(run: shared.value)
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .connect(host: "127.0.0.1", port: plan.ports[number % plan.ports.count])
            .whenFailure { error in
                shared.value.failed("connection refused", "\(error)")
                shared.value.closed()
            }
    }
    return done.futureResult
}
