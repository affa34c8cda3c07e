/// An operation of an open module, with what its calls need of the manifest at hand: looking these up and copying them would
/// cost more than the call.
final class BoundOperation: Sendable {
    let connector: String
    let id: String
    /// The slot it uses; nil when it uses none.
    let slot: CredentialDeclaration?

    init(_ operation: ManifestOperation, of manifest: Manifest) {
        connector = manifest.id
        id = operation.id
        slot = operation.credential.flatMap(manifest.credential)
    }
}
