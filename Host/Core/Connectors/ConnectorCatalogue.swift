/// Which operations can be used. Planning a workflow asks it; the loader answers from manifests, without opening a
/// library.
package protocol ConnectorCatalogue: Sendable {
    /// The operation, or why there is none.
    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss>
    /// Versions of the connector that can be used, newest first; empty when there is none.
    func versions(of connector: String) -> [Version]
    /// Ids of all connectors that can be used, sorted; for suggestions.
    var connectors: [String] { get }
    /// Ids of the connector version's operations, in the manifest's order; for suggestions.
    func operations(of connector: String, version: Version) -> [String]
}

/// Why an operation is not to be had.
package enum CatalogueMiss: Error, Equatable, Sendable {
    case unknownConnector
    case unknownVersion(installed: [Version])
    case unknownOperation(offered: [String])
    /// The connector is there and was refused; the reason is the loader's text.
    case refused(reason: String)
}
