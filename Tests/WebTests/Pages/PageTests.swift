import Testing
import Web

@Suite("Every page")
struct PageTests {
    @Test(
        "shows every text escaped, combining marks or not",
        arguments: ["<script>\"'&", "<\u{301}\"\u{301}'\u{200D}&\u{301}>\u{301}", "{{title}}"])
    func escapes(_ text: String) {
        let escaped =
            text
            .unicodeScalars.map {
                switch $0 {
                case "<": "&lt;"
                case ">": "&gt;"
                case "&": "&amp;"
                case "\"": "&quot;"
                case "'": "&#39;"
                default: String($0)
                }
            }.joined()

        for page in pages(showing: "⟦\(text)⟧") {
            let html = render(page)
            let shown = html.matches(of: /⟦(.*?)⟧/.dotMatchesNewlines().matchingSemantics(.unicodeScalar))

            #expect(!shown.isEmpty, "\(type(of: page))")
            for one in shown {
                #expect(Array(one.1.unicodeScalars) == Array(escaped.unicodeScalars), "\(type(of: page))")
            }
        }
    }

    @Test func `with its stylesheet, scripts and pictures weighs 30 KB at most`() {
        let assets = Asset.all.reduce(0) { $0 + $1.bytes.count }

        for page in pages(showing: "text") {
            #expect(render(page).utf8.count + assets <= 30 * 1_024, "\(type(of: page))")
        }
    }

    @Test func `has a language, a title, a viewport and one heading of the first level`() {
        for page in pages(showing: "text") {
            let html = render(page)

            #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"), "\(type(of: page))")
            #expect(html.contains(/<title>[^<]+ · [^<]+<\/title>/), "\(type(of: page))")
            #expect(html.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
            #expect(html.matches(of: /<h1>/).count == 1, "\(type(of: page))")
        }
    }

    @Test func `names every form control`() throws {
        for page in pages(showing: "text") {
            let html = render(page)
            let inputs = html.matches(of: /<input [^>]*>/).map(\.output).filter { !$0.contains("type=\"hidden\"") }

            for input in inputs {
                let id = try #require(input.firstMatch(of: /\sid="([a-z_]+)"/)?.1, "\(input)")
                #expect(html.contains("<label for=\"\(id)\">"), "\(type(of: page)): \(id)")
            }
            for button in html.matches(of: /<button[^>]*>([^<]*)</) {
                #expect(!button.1.isEmpty, "\(type(of: page))")
            }
        }
    }

    @Test func `describes a field only by elements that are there, and gives no id twice`() {
        for page in pages(showing: "text") {
            let html = render(page)
            let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
            let references = html.matches(of: /\s(?:aria-describedby|aria-labelledby|for)="([^"]*)"/)
                .flatMap { $0.1.split(separator: " ").map(String.init) }

            #expect(Set(ids).count == ids.count, "\(type(of: page))")
            #expect(Set(references).isSubset(of: ids), "\(type(of: page))")
            #expect(html.matches(of: /\sautofocus/).count <= 1, "\(type(of: page))")
        }
    }

    @Test func `has no script or style inside`() {
        for page in pages(showing: "text") {
            let inline = render(page).firstMatch(of: /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<base/)

            #expect(inline == nil, "\(type(of: page))")
        }
    }

    @Test func `asks no other host for anything`() {
        for page in pages(showing: "text") {
            #expect(!render(page).contains(/["'(=]\s*(?:https?:)?\/\//), "\(type(of: page))")
        }
    }

    @Test func `leaves out what a page does not have`() {
        let signIn = render(SignInPage(domainName: "Example"))
        let message = render(MessagePage(domainName: nil, title: "Not found", sentence: "There is no such page."))

        #expect(!signIn.contains(/csrf_token|name="continue"|role="alert"|aria-/))
        #expect(!message.contains("Reference") && !message.contains("<a "))
        #expect(message.contains("<title>Not found · Gatehouse</title>"))
    }
}
