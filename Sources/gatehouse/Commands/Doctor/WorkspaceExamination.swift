import AuthorizationServer
import Cryptography
import Foundation
import OAuth
import Storage

/// Whether the data can be used: the master key, the schema, each domain's keys, the clock.
func examineWorkspace(_ configuration: Configuration) async -> [Finding] {
    // Opening would make what is missing.
    guard configuration.location.exists else {
        return [Finding("database", .bad, "There is none yet. Start `gatehouse serve` once.")]
    }
    let workspace: Workspace
    do {
        workspace = try await Workspace.open(configuration, creating: false)
    } catch {
        return [Finding("data", .bad, "\(explained(error))")]
    }
    var findings = [
        Finding("master key", .good, "32 bytes"), Finding("database", .good, "schema version \(schema.count)"),
    ]
    do {
        let domains = try await workspace.store.domains(ListRequest(limit: 10_000)).items
        for domain in domains { findings.append(await examineKeys(of: domain, in: workspace)) }
        findings.append(examineClock(workspace.clock.now(), domains))
        findings.append(
            try await workspace.store.hasAdministrator()
                ? Finding("administrator", .good, "there is one")
                : Finding(
                    "administrator", .doubtful, "There is none. Run `gatehouse recover` for a link that makes one."))
    } catch {
        findings.append(Finding("database", .bad, "\(explained(error))"))
    }
    await workspace.close()
    return findings
}

private func examineKeys(of domain: Domain, in workspace: Workspace) async -> Finding {
    let subject = "keys of \(domain.host)"
    let keys = SigningKeys(
        store: workspace.store, sealing: workspace.masterKey.sealing, clock: workspace.clock
    )
    do {
        let algorithms = try await keys.keys(of: domain.id).algorithms
        let wanted = domain.policy.signingAlgorithm
        for algorithm in [wanted, .rs256] where !algorithms.contains(algorithm) {
            let command = "gatehouse key rotate --domain \(domain.host) --algorithm"
            return algorithm == wanted
                ? Finding(subject, .bad, "None signs with \(algorithm.rawValue). Run: \(command) \(algorithm.rawValue)")
                : Finding(subject, .doubtful, "None signs with RS256, which PlaceOS's services need. See: \(command)")
        }
        return Finding(subject, .good, algorithms.map(\.rawValue).joined(separator: ", "))
    } catch {
        return Finding(subject, .bad, "\(explained(error))")
    }
}

/// A clock that runs behind what is stored makes tokens that others take for expired, or from the future.
private func examineClock(_ now: Timestamp, _ domains: [Domain]) -> Finding {
    let newest = domains.map(\.updatedAt).max() ?? now
    guard now >= newest else {
        return Finding("clock", .bad, "It says \(now.utc), and a domain was changed at \(newest.utc). Set the clock.")
    }
    return Finding("clock", .good, now.utc)
}
