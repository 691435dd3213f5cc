import ArgumentParser
import Cryptography
import Foundation
import OAuth

#if canImport(Glibc)
    import Glibc
#endif

struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign in with a browser, and print the token.",
        discussion: """
            The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636) over a redirect to this machine \
            (RFC 8252 section 7.3). The application needs the redirect URI http://127.0.0.1/callback; any port will do. \
            A client secret comes from GATEHOUSE_CLIENT_SECRET.

            Example: gatehouse login --client-id ID --scope "public openid"
            """)

    @OptionGroup var target: ServerOptions
    @Option(help: "The application's client_id.")
    var clientID: String
    @Option(help: "What to ask for: words between spaces.")
    var scope = "public"
    @Option(help: "The port to wait on; 0 takes a free one.")
    var port: UInt16 = 0
    @Flag(help: "Only print the address; don't open a browser.")
    var noBrowser = false
    @OptionGroup var output: OutputOptions

    /// Long enough for a person who looks for a second factor.
    private static let longestWait: Duration = .seconds(300)

    func run() async throws {
        target.warnOfPlainHTTP()
        let provider = try await Provider(target.server)
        let state = Secret(SecureRandom.token(bytes: 32))
        let verifier = Secret(SecureRandom.token(bytes: 32))
        let nonce = SecureRandom.token(bytes: 16)

        let redirect = try await LoopbackRedirect.listen(port: Int(port), state: state)
        let query = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirect.redirectURI),
            ("scope", scope),
            ("state", state.exposed), ("nonce", nonce), ("code_challenge", Digests.sha256Base64URL(verifier.exposed)),
            ("code_challenge_method", "S256"),
        ].map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
        let address = "\(provider.authorizationEndpoint)?\(query)"
        // Standard output is the token's.
        warn(
            "Open this address in a browser and sign in; waiting for \(Self.longestWait.wholeSeconds / 60) minutes:\n\n\(address)\n"
        )
        if !noBrowser { openBrowser(address) }

        let code: String
        do {
            code = try provider.code(in: try await redirect.arrival(within: Self.longestWait))
        } catch {
            await redirect.close()
            throw error
        }
        await redirect.close()

        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect.redirectURI),
            ("client_id", clientID), ("code_verifier", verifier.exposed),
        ]
        if let secret = SecretInput.environment("GATEHOUSE_CLIENT_SECRET") {
            form.append(("client_secret", secret.exposed))
        }
        let answer = try await target.server.post(provider.tokenEndpoint, form: form).token()
        // OpenID Connect Core §3.1.3.7: the id_token answers this very request.
        if let idToken = answer["id_token"]?.string, DecodedToken(idToken)?.claims["nonce"]?.string != nonce {
            throw ProblemForOperator(
                "The id_token has another nonce than was sent: it may be somebody else's. Don't use it.")
        }
        output.tell(token: answer)
    }

    /// Where there are a screen and a person to look at it.
    private func openBrowser(_ address: String) {
        let environment = ProcessInfo.processInfo.environment
        guard isatty(STDERR_FILENO) == 1, environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil,
            let program = (environment["PATH"] ?? "").split(separator: ":").map({ "\($0)/xdg-open" })
                .first(where: FileManager.default.isExecutableFile)
        else { return }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [address]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try? process.run()
    }
}
