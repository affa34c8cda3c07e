/// Puts packages of connectors where all hosts find them.
package protocol ConnectorInstaller: Sendable {
    /// Checks a package as a host does before it uses one, and stores it for all hosts; returns when this host has it.
    ///
    /// Throws `ConnectorRefusal` for one that this host would not use, and for a version that is there with other bytes.
    func install(_ package: [UInt8], mayConnect: Bool, by: String) async throws -> ConnectorInstalling
    /// Fetches a package from an address and installs it. Throws `ConnectorFetchFailure` too.
    func install(from url: String, mayConnect: Bool, by: String) async throws -> ConnectorInstalling
    /// Returns when this host has done what the catalogue says.
    func settle() async
    /// Lets a version be tried again that this host set aside because its runners kept ending; false when it was not.
    func tryAgain(_ pin: ConnectorPin) async -> Bool
}

/// Why a package could not be fetched.
package enum ConnectorFetchFailure: Error, Sendable, Equatable {
    /// The operator does not let packages be fetched from there; the hosts that are allowed.
    case notAllowed([String])
    /// A sentence.
    case failed(String)
}
