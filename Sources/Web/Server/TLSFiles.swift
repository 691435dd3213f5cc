import Foundation
import NIOCore
public import NIOSSL
public import OAuth

/// Why a certificate or its key cannot be used: a sentence for the operator, with the file's name.
public struct TLSFileError: Error, Hashable, CustomStringConvertible {
    public let description: String
}

/// TLS 1.2 and later with a certificate from PEM files (RFC 7468), for `NIOSSLContext(configuration:)`.
///
/// - Parameters:
///   - certificateFile: the server's certificate first, then what leads to its root.
///   - keyFile: the certificate's private key, not encrypted.
///   - now: what the certificate's validity is compared with.
///   - warn: is given a sentence when the certificate has expired or is not valid yet. It is used nonetheless:
///     clients will complain, and a server that does not start helps nobody to replace it.
/// - Throws: `TLSFileError` when a file cannot be read, is not PEM, or the key is not the certificate's.
public func tlsConfiguration(
    certificateFile: String, keyFile: String, at now: Timestamp, warn: (String) -> Void = { _ in }
) throws(TLSFileError) -> TLSConfiguration {
    let certificateBytes = try bytes(ofFile: certificateFile)
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(certificateBytes), let certificate = certificates.first
    else { throw TLSFileError(description: "\(certificateFile) holds no certificate in PEM format.") }

    let keyBytes = try bytes(ofFile: keyFile)
    guard let key = try? NIOSSLPrivateKey(bytes: keyBytes, format: .pem) else {
        let isEncrypted = String(decoding: keyBytes, as: UTF8.self).contains("ENCRYPTED")
        throw TLSFileError(
            description: isEncrypted
                ? "\(keyFile) is encrypted; this server needs it without a passphrase."
                : "\(keyFile) holds no private key in PEM format.")
    }

    var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    // How long a client may take to confirm the end of a connection. It has had its response.
    configuration.shutdownTimeout = .seconds(1)

    // BoringSSL compares the two when they are put together.
    guard (try? NIOSSLContext(configuration: configuration)) != nil else {
        throw TLSFileError(
            description: "The key in \(keyFile) is not the one of the certificate in \(certificateFile).")
    }

    if certificate.notValidAfter < now.seconds {
        warn("The certificate in \(certificateFile) has expired.")
    } else if certificate.notValidBefore > now.seconds {
        warn("The certificate in \(certificateFile) is not valid yet.")
    }
    return configuration
}

private func bytes(ofFile path: String) throws(TLSFileError) -> [UInt8] {
    do {
        return try [UInt8](Data(contentsOf: URL(filePath: path)))
    } catch CocoaError.fileReadNoSuchFile {
        throw TLSFileError(description: "\(path) cannot be read: there is no such file.")
    } catch {
        throw TLSFileError(description: "\(path) cannot be read: \(error.localizedDescription)")
    }
}
