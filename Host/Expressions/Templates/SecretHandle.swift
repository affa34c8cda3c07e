import PatchbayJSON

/// What `credentials.<name>` is: the name of a credential and nothing of its secret, so that no mistake can show it.
final class SecretHandle: OpaqueValue {
    static let type = ValueType.opaque("credential", [])

    let credential: String

    init(_ credential: String) { self.credential = credential }

    var type: ValueType { Self.type }

    /// How the host is told which secret to put there.
    var json: JSON { ["$credential": .string(credential)] }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? SecretHandle)?.credential == credential }
}
