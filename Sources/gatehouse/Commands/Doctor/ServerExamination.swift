import OAuth

/// Whether a server answers, and can serve.
func examineServer(_ url: String) async -> Finding {
    let server = RemoteServer(url: url.hasSuffix("/") ? String(url.dropLast()) : url)
    do {
        let health = try await server.get("/auth/healthz")
        guard health.status == 200 else {
            return Finding("server", .bad, "\(url) answers \(health.status) to /auth/healthz: is it a Gatehouse?")
        }
        let readiness = try await server.get("/auth/readyz")
        guard readiness.status == 200 else {
            return Finding("server", .bad, "\(url) is up, but can't reach its database. Look at its log.")
        }
        return Finding("server", .good, "\(url) is up, version \(health.json?["version"]?.string ?? "unknown")")
    } catch {
        return Finding("server", .bad, "\(error)")
    }
}
