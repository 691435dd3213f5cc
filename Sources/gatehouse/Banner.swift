import AsyncHTTPClient
import AuthorizationServer
import Foundation
import NIOCore
import NIOHTTP1
import OAuth
import Web

/// What a person sees when the server is up: where it is, how to become its administrator and, in a demo, a
/// token that was obtained just now with the very command that is shown.
struct Banner: Sendable {
    let workspace: Workspace
    let configuration: Configuration
    let start: FirstStart
    let demo: Client?
    let hasTLS: Bool
    let port: Int

    private var origin: String { "\(hasTLS ? "https" : "http")://localhost:\(port)" }

    func print() async {
        var lines = [
            "", "Gatehouse \(Program.version) serves \(origin)", "  data      \(workspace.folder.path)",
        ]
        do {
            if let link = try await start.setupLink(origin: origin) {
                lines += [
                    "  set up    \(link)",
                    "            This link works once, within the hour; `gatehouse recover` makes another.",
                ]
            } else {
                lines.append("  sign in   \(origin)/login")
            }
            if let demo { lines += try await demonstration(demo) }
        } catch {
            lines.append("  The rest of the start could not be shown: \(error)")
        }
        lines.append("")
        FileHandle.standardOutput.write(Data(lines.map { $0 + "\n" }.joined().utf8))
    }

    /// The password flow, as the documentation of PlaceOS shows it.
    private func demonstration(_ client: Client) async throws -> [String] {
        // Plain HTTP is served to this machine on the same port, with a certificate too.
        let url = "http://localhost:\(port)/auth/oauth/token"
        let body = """
            {"grant_type":"password","username":"\(FirstStart.demoServiceAccount)",\
            "password":"\(FirstStart.demoPassword)","client_id":"\(client.id)","scope":"public mqtt.read"}
            """
        var request = HTTPClientRequest(url: url.replacing("localhost", with: "127.0.0.1"))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Host", value: "localhost:\(port)")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let answer = String(buffer: try await response.body.collect(upTo: 65_536))
        let token = try JSON(parsing: answer)["access_token"]?.string ?? answer
        return [
            "",
            "Demo: accounts \(FirstStart.demoServiceAccount) and \(FirstStart.demoUser), password \(FirstStart.demoPassword)",
            "", "A token, by the password flow:", "",
            "  curl -s \(url) -H 'Content-Type: application/json' \\", "    -d '\(body)'", "",
            "gave this one just now:", "", token, "", "Use it:", "",
            "  curl -s 'http://localhost:\(port)/api/engine/v2/api_keys/inspect?bearer_token='\(token)",
        ]
    }
}
