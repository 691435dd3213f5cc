import Foundation
import NIOSSL

/// A certificate of `localhost` and its key, made by the openssl command.
struct Certificate: Sendable {
    let certificateFile: String
    let keyFile: String

    static func make(in folder: TemporaryFolder) async throws -> Certificate {
        let certificate = Certificate(
            certificateFile: folder.path + "/certificate.pem", keyFile: folder.path + "/key.pem")
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", certificate.keyFile, "-out", certificate.certificateFile,
        ]
        openssl.standardOutput = FileHandle.nullDevice
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        while openssl.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        return certificate
    }

    func clientContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificateFile)
        return try NIOSSLContext(configuration: configuration)
    }
}
