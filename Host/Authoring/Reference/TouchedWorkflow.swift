import PatchbayCore
package import PatchbayJSON
package import PatchbayModules

/// A workflow that uses operations which a newer version of their connector changes for the worse.
package struct TouchedWorkflow: Sendable, Equatable {
    package var id: String
    package var name: String
    /// What it uses: `acme@1.0.0/create_order`, each once, sorted.
    package var nodes: [String]

    /// Nil when the workflow, as the API shows it, uses none of the operations.
    package init?(_ workflow: JSON, of comparison: ManifestComparison, _ operations: Set<String>) {
        let document = workflow["document"] ?? [:]
        // What a replacement would change is what uses another version than the newer one.
        let places = ConnectorPin.replacing(comparison.connector, by: comparison.new, in: document).changes
        let used = Set(places.map(\.before).filter { operations.contains($0.operation) }.map(\.description))
        guard let id = workflow["id"]?.string, !used.isEmpty else { return nil }
        self.id = id
        name = workflow["name"]?.string ?? ""
        nodes = used.sorted()
    }

    package var json: JSON {
        ["id": .string(id), "name": .string(name), "uses": .array(nodes.map(JSON.string))]
    }
}
