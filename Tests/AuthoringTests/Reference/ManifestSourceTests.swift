import ManifestFixture
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

@Suite(.timeLimit(.minutes(3))) struct ManifestSourceTests {
    @Test func `a manifest is found wherever somebody points to it`() async throws {
        let shop = try await Shop.build()
        let plugins = shop.folder.file("plugins")
        _ = try PluginsFolder(plugins).install(shop.product)
        let source = ManifestSource(prober: try BuildFolder.prober, plugins: plugins)
        let places = [
            shop.folder.path, shop.product.folder, shop.product.folder + "/manifest.json",
            shop.product.folder + "/shop.so", shop.product.file, "shop", "shop@1.0.0",
        ]
        for place in places { #expect(try await source.manifest(of: place).id == "shop", "\(place)") }
    }

    @Test func `what is no manifest is explained`() async throws {
        let folder = try TemporaryFolder()
        let source = ManifestSource(prober: try BuildFolder.prober, plugins: folder.path)
        try folder.write("{}", to: "empty.json")
        try folder.write("no", to: "bad.json")
        try folder.write("{}", to: "project/connector.json")
        for place in ["empty.json", "bad.json", "project", "", "nothing"] {
            await #expect(throws: AuthoringError.self, "\(place)") { try await source.manifest(of: folder.file(place)) }
        }
        await #expect(throws: AuthoringError.self) { try await source.manifest(of: "acme@1.0.0") }
    }

    @Test func `workflows are touched by what they use, not by what they might`() throws {
        let comparison = try comparing(with: "2.0.0", [("/operations/0/effect", "delete")])
        func workflow(_ uses: String) -> JSON {
            ["id": "wf_1", "name": "n", "document": ["nodes": [["id": "a", "type": "action", "uses": .string(uses)]]]]
        }
        let touched = TouchedWorkflow(workflow("acme@1.2.3/create_order"), of: comparison, ["create_order"])
        #expect(touched?.nodes == ["acme@1.2.3/create_order"])
        for uses in ["acme@1.2.3/get_order", "acme@2.0.0/create_order", "other@1.2.3/create_order"] {
            #expect(TouchedWorkflow(workflow(uses), of: comparison, ["create_order"]) == nil, "\(uses)")
        }
    }
}
