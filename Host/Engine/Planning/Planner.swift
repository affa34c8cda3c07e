package import PatchbayCore
package import PatchbayJSON

/// Checks workflow documents and compiles them. Pure: the same document, catalogue and credentials give the same plan.
package struct Planner: Sendable {
    private let catalogue: any ConnectorCatalogue
    private let environment: [String: String]

    /// `environment` is what `env` holds in expressions.
    package init(catalogue: any ConnectorCatalogue, environment: [String: String] = [:]) {
        self.catalogue = catalogue
        self.environment = environment
    }

    /// Checks a document and lists every problem at once. With `credentials` nil, credentials are not checked.
    package func plan(_ document: JSON, credentials: [CredentialRecord]? = nil) -> Planning {
        Planning(plan: nil, document: document)
    }
}
