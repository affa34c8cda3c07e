package import PatchbayCore
package import PatchbayJSON

/// An operation as a manifest declares it.
package struct ManifestOperation: Sendable, Equatable {
    /// Snake case, unique in the manifest.
    package var id: String
    package var kind: Kind
    package var title: String
    package var summary: String
    package var effect: OperationDeclaration.Effect
    package var isIdempotent: Bool
    /// Milliseconds; nil: the connector's own limit.
    package var timeout: Int64?
    /// Name of a credential slot.
    package var credential: String?
    package var docs: String?
    package var input: JSON
    package var output: JSON
    /// Of a webhook trigger: the operations that belong to it.
    package var group: WebhookGroup?

    /// What kind of operation it is; further kinds come with further capabilities of the ABI.
    package enum Kind: String, Sendable, CaseIterable {
        case action
        /// Tells what is new: the input has a `cursor`, the output `events` and the next `cursor`.
        case poll
        /// Tells whether a delivery is the vendor's, and what it means; one of a group with the next two.
        case webhook
        /// Makes the vendor send deliveries of a webhook trigger.
        case subscribe
        /// Makes it send no more.
        case unsubscribe
    }
}

extension Manifest {
    /// What those who plan and run workflows need to know of an operation; nil when there is none of that id.
    package func declaration(of operation: String) -> OperationDeclaration? {
        guard let operation = self.operation(operation) else { return nil }
        return OperationDeclaration(
            reference: OperationReference(connector: id, version: version, operation: operation.id),
            title: operation.title, effect: operation.effect, isIdempotent: operation.isIdempotent,
            inputSchema: operation.input, outputSchema: operation.output,
            credential: operation.credential.flatMap(credential)?.slot, timeout: operation.timeout ?? limits.timeout,
            group: operation.group)
    }
}
