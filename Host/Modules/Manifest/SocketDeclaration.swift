/// What a connector that speaks its own protocol may connect to: the host that a setting names, at each call.
package struct SocketDeclaration: Sendable, Equatable {
    /// Name of the setting that holds the host's name or address.
    package var hostSetting: String
    /// TCP ports that a runner lets it connect to, when the operator has granted it.
    package var ports: [UInt16]
}
