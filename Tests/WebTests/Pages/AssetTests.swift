import Testing
import Web

@Suite("Assets")
struct AssetTests {
    @Test func `each has a path of its own, an entity tag, and an address with a version`() {
        #expect(Set(Asset.all.map(\.path)).count == Asset.all.count)
        for asset in Asset.all {
            #expect(asset.etag.contains(/^"[0-9a-z]+"$/))
            #expect(asset.address == "\(asset.path)?v=\(asset.etag.dropFirst().dropLast())")
        }
    }

    @Test func `pages link to nothing but assets`() {
        let known = Set(Asset.all.map(\.address))

        for page in pages(showing: "text") {
            let links = render(page).matches(of: /<(?:link|script|img)[^>]* (?:href|src)="([^"]*)"/)
            let linked = links.map { String($0.1) }

            #expect(linked.count >= 3)
            #expect(Set(linked).isSubset(of: known))
        }
    }

    @Test func `the stylesheet is under 12 KB and loads nothing`() throws {
        let asset = try #require(Asset.all.first { $0.name == "gatehouse.css" })
        let text = String(decoding: asset.bytes, as: UTF8.self)

        #expect(asset.bytes.count < 12 * 1_024)
        #expect(!text.contains(/url\(|@import|:\/\//))
    }

    @Test func `scripts call nobody`() {
        for asset in Asset.all where asset.contentType.hasPrefix("text/javascript") {
            let text = String(decoding: asset.bytes, as: UTF8.self)

            #expect(!text.contains(/:\/\/|fetch|XMLHttpRequest|innerHTML|eval|import/))
        }
    }
}
