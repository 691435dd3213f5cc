/// Requests that two readers could understand differently, or that none should.
enum Attacks {
    static let all: [(name: String, request: String)] = lengths + fields + hosts + targets + lines + chunks

    /// RFC 9112 §6: what says how long a body is.
    private static let lengths: [(name: String, request: String)] = [
        ("Content-Length and Transfer-Encoding", post("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        ("Transfer-Encoding and Content-Length", post("Transfer-Encoding: chunked\r\nContent-Length: 4", "0\r\n\r\n")),
        ("two Content-Lengths that differ", post("Content-Length: 4\r\nContent-Length: 5")),
        ("two Content-Lengths that agree", post("Content-Length: 4\r\nContent-Length: 4")),
        ("a list of Content-Lengths", post("Content-Length: 4, 4")),
        ("a signed Content-Length", post("Content-Length: +4")),
        ("a negative Content-Length", post("Content-Length: -4")),
        ("a hexadecimal Content-Length", post("Content-Length: 0x4")),
        ("a Content-Length with a space in it", post("Content-Length: 0 4")),
        ("an empty Content-Length", post("Content-Length:")),
        ("an overflowing Content-Length", post("Content-Length: 18446744073709551620")),
        ("an unknown transfer coding", post("Transfer-Encoding: xchunked", "0\r\n\r\n")),
        ("identity", post("Transfer-Encoding: identity", "0\r\n\r\n")),
        ("gzip, chunked", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
        ("chunked, identity", post("Transfer-Encoding: chunked, identity", "0\r\n\r\n")),
        ("chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        ("gzip and chunked in two fields", post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        ("chunked after a vertical tab", post("Transfer-Encoding:\u{B}chunked", "0\r\n\r\n")),
        ("quoted chunked", post("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")),
        ("an empty Transfer-Encoding", post("Transfer-Encoding:", "0\r\n\r\n")),
        (
            "Transfer-Encoding in HTTP/1.0",
            "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
    ]

    /// RFC 9112 §2.2 and §5: lines and fields.
    private static let fields: [(name: String, request: String)] = [
        ("a folded field", "POST /echo HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"),
        ("a folded first field", get(" Host: a")),
        ("a folded Transfer-Encoding", post("Transfer-Encoding:\r\n chunked", "0\r\n\r\n")),
        ("a space before the colon", post("Content-Length : 4")),
        ("a tab before the colon", post("Content-Length\t: 4")),
        ("a field without a colon", get("Host: a\r\nX")),
        ("a field without a name", get("Host: a\r\n: x")),
        ("a pseudo-field", get("Host: a\r\n:path: /")),
        ("a space in a name", get("Host: a\r\nX Y: 1")),
        ("bare LF after the request line", "GET /scheme HTTP/1.1\nHost: a\r\n\r\n"),
        ("bare LF after a field", get("Host: a\nX: 1")),
        ("bare LF at the end of the head", "GET /scheme HTTP/1.1\r\nHost: a\r\n\n"),
        ("bare LF in every line", "GET /scheme HTTP/1.1\nHost: a\n\n"),
        ("bare CR in a value", get("Host: a\r\nX: 1\rY: 2")),
        ("bare CR after a field", get("Host: a\rX: 1")),
        ("CR CR LF", get("Host: a\r")),
        ("NUL in a value", get("Host: a\r\nX: 1\u{0}2")),
        ("NUL in the target", line("GET /sch\u{0}eme HTTP/1.1")),
        ("DEL in a value", get("Host: a\r\nX: 1\u{7F}2")),
    ]

    /// RFC 9112 §3.2: for whom a request is.
    private static let hosts: [(name: String, request: String)] = [
        ("no Host", get("X: 1")),
        ("no field", "GET /scheme HTTP/1.1\r\n\r\n"),
        ("an empty Host", get("Host:")),
        ("two Hosts that differ", get("Host: a\r\nHost: b")),
        ("two Hosts that agree", get("Host: a\r\nhost: a")),
        ("two names in Host", get("Host: a, b")),
        ("a user in Host", get("Host: b@a")),
        ("a path in Host", get("Host: a/b")),
        ("a port that is none", get("Host: a:b")),
        ("an unclosed address in Host", get("Host: [::1")),
    ]

    /// RFC 9112 §3.2.1 to §3.2.4: the forms of a target.
    private static let targets: [(name: String, request: String)] = [
        ("an absolute target of another host", line("GET http://b/scheme HTTP/1.1")),
        ("an absolute target of another port", line("GET http://a:81/scheme HTTP/1.1")),
        ("an absolute target with a user", line("GET http://u@a/scheme HTTP/1.1")),
        ("an absolute target without Host", "GET http://a/scheme HTTP/1.1\r\n\r\n"),
        ("an absolute target of another scheme", line("GET ftp://a/scheme HTTP/1.1")),
        ("a target without a slash", line("GET scheme HTTP/1.1")),
        ("an asterisk with GET", line("GET * HTTP/1.1")),
        ("a fragment", line("GET /scheme#a HTTP/1.1")),
        ("a target that is not ASCII", line("GET /schéme HTTP/1.1")),
        ("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
    ]

    /// RFC 9112 §3: the request line, and what is not HTTP/1.1 at all.
    private static let lines: [(name: String, request: String)] = [
        ("a space in the target", line("GET /sch eme HTTP/1.1")),
        ("a tab in the request line", line("GET\t/scheme HTTP/1.1")),
        ("a space after the version", line("GET /scheme HTTP/1.1 ")),
        ("a lower-case method", line("get /scheme HTTP/1.1")),
        ("an unknown method", line("FROB /scheme HTTP/1.1")),
        ("HTTP/0.9", "GET /scheme\r\n"),
        ("HTTP/0.9 by name", line("GET /scheme HTTP/0.9")),
        ("HTTP/1.2", line("GET /scheme HTTP/1.2")),
        ("HTTP/2.0", line("GET /scheme HTTP/2.0")),
        ("HTTP/01.1", line("GET /scheme HTTP/01.1")),
        ("the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("another protocol's method", line("DESCRIBE /scheme HTTP/1.1")),
        ("TLS", "\u{16}\u{3}\u{1}\u{0}\u{5}hello"),
        ("nonsense", "hello\r\n\r\n"),
    ]

    /// RFC 9112 §7.1: the chunked coding.
    private static let chunks: [(name: String, request: String)] = [
        ("a chunk size that is none", chunked("x\r\n")),
        ("a chunk size with 0x", chunked("0x4\r\nabcd\r\n0\r\n\r\n")),
        ("a signed chunk size", chunked("+4\r\nabcd\r\n0\r\n\r\n")),
        ("a negative chunk size", chunked("-4\r\nabcd\r\n0\r\n\r\n")),
        ("a space before a chunk size", chunked(" 4\r\nabcd\r\n0\r\n\r\n")),
        ("a space after a chunk size", chunked("4 \r\nabcd\r\n0\r\n\r\n")),
        ("an empty chunk size", chunked("\r\nabcd\r\n0\r\n\r\n")),
        ("an overflowing chunk size", chunked("FFFFFFFFFFFFFFFFF4\r\nabcd\r\n0\r\n\r\n")),
        ("a chunk longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n")),
        ("bare LF after a chunk size", chunked("4\nabcd\r\n0\r\n\r\n")),
        ("bare CR after a chunk size", chunked("4\rabcd\r\n0\r\n\r\n")),
        ("bare LF after a chunk", chunked("4\r\nabcd\n0\r\n\r\n")),
        ("no CRLF after a chunk", chunked("4\r\nabcd0\r\n\r\n")),
        ("bare LF after the last chunk", chunked("4\r\nabcd\r\n0\n\r\n")),
        ("bare LF at the end", chunked("4\r\nabcd\r\n0\r\n\n")),
        ("bare LF in a chunk extension", chunked("4;a\nb\r\nabcd\r\n0\r\n\r\n")),
        ("bare CR in a chunk extension", chunked("4;a\rb\r\nabcd\r\n0\r\n\r\n")),
        ("a trailer without a colon", chunked("0\r\nX\r\n\r\n")),
        ("a folded trailer", chunked("0\r\nX: 1\r\n 2\r\n\r\n")),
        ("bare LF after a trailer", chunked("0\r\nX: 1\n\r\n")),
    ]

    private static func line(_ line: String) -> String { "\(line)\r\nHost: a\r\n\r\n" }

    private static func get(_ fields: String) -> String { "GET /scheme HTTP/1.1\r\n\(fields)\r\n\r\n" }

    private static func post(_ fields: String, _ body: String = "abcd") -> String {
        "POST /echo HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
    }

    private static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }
}
