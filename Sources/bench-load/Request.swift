import NIOCore

/// A step made ready to be sent many times.
struct Request: Sendable {
    let step: Step
    private let head: Template
    private let body: Template
    /// The whole request, when it has no variables.
    private let fixed: ByteBuffer?

    /// - Parameter host: for a step that names none.
    init(_ step: Step, host: String) {
        self.step = step
        var head = "\(step.method) \(step.path) HTTP/1.1\r\n"
        let headers = step.headers.merging(["Host": host]) { given, _ in given }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        self.head = Template(head)
        body = Template(step.body)
        fixed = self.head.isFixed && body.isFixed ? Self.bytes(self.head, body, [:]) : nil
    }

    func bytes(with values: [String: String]) -> ByteBuffer {
        fixed ?? Self.bytes(head, body, values)
    }

    private static func bytes(_ head: Template, _ body: Template, _ values: [String: String]) -> ByteBuffer {
        var content = ByteBuffer()
        body.write(values, to: &content)
        var request = ByteBuffer()
        head.write(values, to: &request)
        request.writeString("Content-Length: \(content.readableBytes)\r\n\r\n")
        request.writeBuffer(&content)
        return request
    }
}
