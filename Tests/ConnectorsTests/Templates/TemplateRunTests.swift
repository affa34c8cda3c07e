import PatchbayJSON
import Testing

/// Each template that comes with a host, installed by the API and run against stand-ins of all that it reaches, on one host.
@Suite("Shipped templates on a host", .serialized, .timeLimit(.minutes(5)))
struct TemplateRunTests {
    @Test func `each installs, runs with its sample and in other ways, and does what it says`() async throws {
        try await TemplateSurroundings.with { surroundings in
            for file in ShippedTemplates.files {
                do {
                    let template = try ShippedTemplates.read(file)
                    try await TemplateRehearsal(template: template, surroundings: surroundings).publish()
                    let sample = TemplateVariation(
                        sample: template["sample_input"] ?? [:], of: template["name"]?.string ?? "",
                        expected: template["expected"] ?? .null)
                    try await Self.rehearse(template, sample, in: surroundings)
                } catch {
                    Issue.record("\(file): \(error)")
                }
            }
            for variation in TemplateVariation.all(closed: surroundings.vendors.closed) {
                do {
                    let template = try ShippedTemplates.read(variation.template + ".yaml")
                    try await Self.rehearse(template, variation, in: surroundings)
                } catch {
                    Issue.record("\(variation.template), \(variation.input.text): \(error)")
                }
            }
            #expect(surroundings.vendors.refused == [])
            Self.expectDescribed(surroundings.vendors.asked)
        }
    }

    private static func rehearse(
        _ template: JSON, _ variation: TemplateVariation, in surroundings: TemplateSurroundings
    ) async throws {
        let (name, expected) = (variation.template, variation.expected)
        let (servers, vendors) = (surroundings.servers, surroundings.vendors)
        var scene = TemplateScene(of: name, in: surroundings)
        for parameter in variation.parameters { scene.parameters[parameter.name] = parameter.value }
        for statement in scene.database { try await servers.execute(statement) }
        vendors.setHealth(variation.health)
        let rehearsal = TemplateRehearsal(template: template, surroundings: surroundings)
        let installed = try await rehearsal.install(scene.parameters(for: template))
        let (asked, letters) = (vendors.asked.count, try servers.letters().count)
        try await rehearsal.start(installed, with: variation.input, scene, answer: variation.answer)
        let run = try await rehearsal.end(of: installed, deciding: variation.input["decisions"] ?? [:])

        #expect(run["status"] == expected["status"], "\(name): \(run.text)")
        let top = Set((template["workflow"]?["nodes"]?.array ?? []).compactMap { $0["id"]?.string })
        let steps = (run["steps"]?.array ?? []).filter { $0["status"] == "completed" }
        let done = steps.compactMap { $0["node_id"]?.string }.filter(top.contains)
        #expect(Set(done) == Set((expected["steps"]?.array ?? []).compactMap(\.string)), "\(name): \(run.text)")
        for loop in expected["loops"]?.object ?? [:] {
            let output = steps.first { $0["node_id"]?.string == loop.name }?["output"]?.array
            #expect(Int64(output?.count ?? -1) == loop.value.int, "\(name): \(run.text)")
            #expect(output?.contains { $0["error"] != nil } == false, "\(name): \(run.text)")
        }
        let effects = TemplateEffects(
            asked: vendors.asked.dropFirst(asked), letters: try servers.letters().dropFirst(letters),
            rows: try await scene.rows.asyncMap { try await servers.rows($0) } ?? [],
            queued: name == "orders-to-queue" ? try await servers.queued() : [], vendors: vendors)
        #expect(effects == TemplateEffects(expected: expected), "\(name)")
        try await rehearsal.uninstall(installed)
    }

    /// The vendors' own descriptions take what was sent to them.
    private static func expectDescribed(_ asked: [StandInVendors.Asked]) {
        for vendor in ["slack", "github", "jira", "openai", "anthropic"] {
            let requests = asked.filter { $0.vendor == vendor }.map(\.request)
            #expect(!requests.isEmpty, "\(vendor)")
            // Newer than the description, as the connector's own tests tell.
            let newer = vendor == "jira" ? "POST /rest/api/3/search/jql: no such operation" : nil
            expectFine(requests, for: vendor, except: newer)
        }
    }
}

extension Optional {
    fileprivate func asyncMap<Other>(_ transform: (Wrapped) async throws -> Other) async rethrows -> Other? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
