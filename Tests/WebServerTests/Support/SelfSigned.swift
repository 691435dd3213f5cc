import Foundation
import NIOSSL
import OAuth
import Web

/// A certificate and its key in files of a folder of their own.
struct SelfSigned: Sendable {
    let certificateFile: String
    let keyFile: String

    /// - Parameter days: how long it is valid; negative for one that has expired.
    static func make(days: Int = 2) throws -> SelfSigned {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=localhost", "-days", "\(days)", "-keyout", key, "-out", certificate)
        return SelfSigned(certificateFile: certificate, keyFile: key)
    }

    func context() throws -> NIOSSLContext {
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        return try NIOSSLContext(
            configuration: tlsConfiguration(certificateFile: certificateFile, keyFile: keyFile, at: now))
    }
}

func openssl(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
}
