import Foundation

/// A folder that goes when its last holder does.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/gatehouse-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        // What is left behind is in the system's own folder for such things.
        do { try FileManager.default.removeItem(atPath: path) } catch {}
    }
}
