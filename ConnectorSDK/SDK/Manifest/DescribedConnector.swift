package import PatchbayJSON

/// A connector that is described by data rather than by types: what it offers is known only once it runs.
package struct DescribedConnector: Sendable {
    package var id: String
    package var version: String
    /// The declared part of `manifest.json`, whole.
    package var manifest: JSON
    package var operations: [Operation]

    package init(id: String, version: String, manifest: JSON, operations: [Operation]) {
        self.id = id
        self.version = version
        self.manifest = manifest
        self.operations = operations
    }

    package struct Operation: Sendable {
        package var id: String
        package var effect: Effect
        package var run: @Sendable (JSON, Context) async throws -> JSON

        package init(id: String, effect: Effect, run: @escaping @Sendable (JSON, Context) async throws -> JSON) {
            self.id = id
            self.effect = effect
            self.run = run
        }
    }
}
