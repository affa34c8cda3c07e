import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Testing

@testable import PatchbayModules

@Suite struct EffectiveSettingsTests {
    private let settings = EffectiveSettings(
        schema: ["type": "object", "properties": ["a": ["default": 1], "b": ["default": 2], "c": ["type": "string"]]])

    @Test func `later layers win, member by member`() {
        let merged = settings.merged(["b": 20, "c": "x"], ["c": "y"])
        #expect(JSON.object(merged.settings) == ["a": 1, "b": 20, "c": "y"])
        #expect(merged.bytes == JSON.object(merged.settings).bytes())
    }

    @Test func `without layers there are the defaults`() {
        for layers in [([:], nil), (.null, 5), (5, [:])] as [(JSON, JSON?)] {
            #expect(JSON.object(settings.merged(layers.0, layers.1).settings) == ["a": 1, "b": 2])
        }
        #expect(EffectiveSettings(schema: ["type": "object"]).merged(.null, nil).bytes == Array("{}".utf8))
    }
}

@Suite struct HostGrantsTests {
    private func texts(_ declared: [ManifestHost], _ settings: JSONObject = [:], _ own: [String] = []) -> [[String]] {
        let grants = HostGrants(declared, settings: settings, credentialHosts: own)
        return [grants.hosts.map(\.description), grants.secretHosts.map(\.description)]
    }

    @Test func `the secret goes where the manifest names hosts, and where its record says`() throws {
        let slack = try #require(HostPattern("slack.com"))
        #expect(
            texts([.pattern(slack)], [:], ["mine.example:8443"]) == [
                ["slack.com"], ["slack.com", "mine.example:8443"],
            ])
    }

    @Test func `a setting's URL names a host`() {
        #expect(
            texts([.setting("base_url")], ["base_url": "http://localhost:8080/x"]) == [
                ["localhost:8080"], ["localhost:8080"],
            ])
        #expect(texts([.setting("base_url")], ["base_url": "ftp://x"]) == [[], []])
        #expect(texts([.setting("base_url")], [:]) == [[], []])
    }

    @Test func `where every host is allowed the secret still goes only where it may`() {
        #expect(texts([.any]) == [["*"], []])
        #expect(texts([.any], [:], ["api.example.com", "no host!"]) == [["*"], ["api.example.com"]])
    }
}

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ])
    func `the examples of RFC 4648`(plain: String, encoded: String) {
        #expect(Base64.encode(plain.utf8) == encoded)
    }
}
