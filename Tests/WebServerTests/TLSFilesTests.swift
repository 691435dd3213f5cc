import Foundation
import NIOSSL
import OAuth
import Synchronization
import Testing
import Web

@Suite("A certificate and its key from files")
struct TLSFilesTests {
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    private let files: SelfSigned

    init() throws { files = try SelfSigned.make() }

    @Test func `a certificate with its key becomes TLS 1.2 and later`() throws {
        let configuration = try tlsConfiguration(
            certificateFile: files.certificateFile, keyFile: files.keyFile, at: now)

        #expect(configuration.minimumTLSVersion == .tlsv12)
        #expect(configuration.applicationProtocols == ["http/1.1"])
    }

    @Test func `a file that is missing is named`() {
        let error = #expect(throws: TLSFileError.self) {
            try tlsConfiguration(certificateFile: "/nowhere/a.pem", keyFile: files.keyFile, at: now)
        }

        #expect(error?.description == "/nowhere/a.pem cannot be read: there is no such file.")
    }

    @Test func `a folder is not a file`() {
        let error = #expect(throws: TLSFileError.self) {
            try tlsConfiguration(certificateFile: "/tmp", keyFile: files.keyFile, at: now)
        }

        #expect(error?.description.hasPrefix("/tmp cannot be read: ") == true)
    }

    @Test func `a file that is no certificate is named`() {
        let error = #expect(throws: TLSFileError.self) {
            try tlsConfiguration(certificateFile: files.keyFile, keyFile: files.keyFile, at: now)
        }

        #expect(error?.description == "\(files.keyFile) holds no certificate in PEM format.")
    }

    @Test func `a file that is no key is named`() {
        let error = #expect(throws: TLSFileError.self) {
            try tlsConfiguration(certificateFile: files.certificateFile, keyFile: files.certificateFile, at: now)
        }

        #expect(error?.description == "\(files.certificateFile) holds no private key in PEM format.")
    }

    @Test func `an encrypted key is called that`() throws {
        let encrypted = files.keyFile + ".encrypted"
        try openssl("pkcs8", "-topk8", "-in", files.keyFile, "-passout", "pass:secret", "-out", encrypted)
        let error = #expect(throws: TLSFileError.self) {
            try tlsConfiguration(certificateFile: files.certificateFile, keyFile: encrypted, at: now)
        }

        #expect(error?.description == "\(encrypted) is encrypted; this server needs it without a passphrase.")
    }

    @Test func `another certificate's key is refused`() throws {
        let others = try SelfSigned.make()
        let error = #expect(throws: TLSFileError.self) {
            try tlsConfiguration(certificateFile: files.certificateFile, keyFile: others.keyFile, at: now)
        }

        #expect(
            error?.description
                == "The key in \(others.keyFile) is not the one of the certificate in \(files.certificateFile).")
    }

    @Test(
        "a certificate at the wrong time is used, with a warning",
        arguments: [
            (Duration.days(3), "The certificate in FILE has expired."),
            (.days(-3), "The certificate in FILE is not valid yet."),
        ])
    func validity(later: Duration, warning: String) throws {
        var warnings: [String] = []
        _ = try tlsConfiguration(
            certificateFile: files.certificateFile, keyFile: files.keyFile, at: now + later,
            warn: { warnings.append($0) })

        #expect(warnings == [warning.replacing("FILE", with: files.certificateFile)])
    }
}
