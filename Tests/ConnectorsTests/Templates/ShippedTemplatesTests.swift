import ConnectorSDK
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules
import Testing

/// The templates that come with a host: each can be published as it is, with the connectors that come with it.
@Suite("Shipped templates")
struct ShippedTemplatesTests {
    @Test func `there are at least four in each category`() throws {
        var counts: [String: Int] = [:]
        for file in ShippedTemplates.files {
            counts[try ShippedTemplates.read(file)["category"]?.string ?? "", default: 0] += 1
        }
        #expect(ShippedTemplates.files.count >= 24)
        for category in TemplateCategory.allCases { #expect(counts[category.rawValue] ?? 0 >= 4, "\(category)") }
    }

    @Test(arguments: ShippedTemplates.files)
    func `a template holds against its connectors, and shows what comes of it`(file: String) throws {
        let json = try ShippedTemplates.read(file)
        let outcome = TemplateCheck(planner: Planner(catalogue: ShippedCatalogue())).check(json)
        #expect(outcome.problems == [], "\(outcome.problems.map { "\($0.pointer) \($0.message)" })")
        let document = try #require(outcome.document)
        #expect(document.name + ".yaml" == file)
        #expect(!document.readMe.isEmpty && document.sampleInput != nil && document.expected?["status"] != nil)
        let steps = (document.expected?["steps"]?.array ?? []).compactMap(\.string)
        let ids = (document.workflow["nodes"]?.array ?? []).compactMap { $0["id"]?.string }
        #expect(!steps.isEmpty && Set(steps).isSubset(of: ids))
    }
}

/// The connectors of this repository, by the manifests that their code declares.
private struct ShippedCatalogue: ConnectorCatalogue {
    private let manifests: [String: Manifest] = Dictionary(
        ManifestTests.connectors.compactMap { connector in
            Manifest.read(connector.manifest, as: .declared).manifest.map { (connector.id, $0) }
        }, uniquingKeysWith: { first, _ in first })

    var connectors: [String] { manifests.keys.sorted() }
    func versions(of connector: String) -> [Version] { manifests[connector].map { [$0.version] } ?? [] }
    func operations(of connector: String, version: Version) -> [String] { [] }

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        guard let manifest = manifests[reference.connector] else { return .failure(.unknownConnector) }
        guard let declaration = manifest.declaration(of: reference.operation) else {
            return .failure(.unknownOperation(offered: []))
        }
        return .success(declaration)
    }
}
