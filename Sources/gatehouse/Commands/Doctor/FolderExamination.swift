import Foundation

/// Whether the data folder is there, and only its owner's.
func examineFolder(_ path: String) -> [Finding] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
        return [
            Finding(
                "data folder", .bad, "There is none at \(path). Start `gatehouse serve` once, or name it with --data.")
        ]
    }
    var findings = [mode(of: path, "data folder", allowed: 0o700)]
    for name in ["master.key", "gatehouse.sqlite"] where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
        findings.append(mode(of: "\(path)/\(name)", name, allowed: 0o600))
    }
    return findings
}

private func mode(of path: String, _ subject: String, allowed: Int) -> Finding {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue else {
        return Finding(subject, .bad, "\(path) can't be looked at. Run as the user who owns it.")
    }
    let text = String(mode & 0o777, radix: 8)
    guard mode & 0o077 == 0 else {
        return Finding(
            subject, .bad, "Others can reach \(path) (mode \(text)). Run: chmod \(String(allowed, radix: 8)) \(path)")
    }
    return Finding(subject, .good, "\(path), mode \(text)")
}
