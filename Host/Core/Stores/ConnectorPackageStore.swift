/// What is installed for all hosts, and what the hosts say of it. It belongs to the installation, not to a tenant.
package protocol ConnectorPackageStore: Sendable {
    /// Those that were not removed, by connector and version.
    func installations() async throws -> [ConnectorInstallation]
    /// The package with that digest; nil when it is gone.
    func package(_ digest: String) async throws -> [UInt8]?
    /// Stores a package and its version, in one transaction, and tells the hosts. Throws `ConnectorRefusal` for a version that
    /// was recalled and is not there.
    func install(_ installation: ConnectorInstallation, package: [UInt8]) async throws -> ConnectorInstalling
    /// Changes a version's state and tells the hosts; nil when it is not installed. `removed` is not for here.
    /// Throws `ConnectorRefusal` where what was recalled is to be enabled.
    func set(
        _ state: ConnectorInstallation.State, of pin: ConnectorPin, by: String, at: Timestamp
    ) async throws -> ConnectorInstallation?
    /// Removes a version with its package, unless somebody needs it, and tells the hosts.
    func remove(_ pin: ConnectorPin, by: String, at: Timestamp) async throws -> ConnectorRemoval
    /// Who needs a version; at most `limit` of each kind are listed.
    func needs(of pin: ConnectorPin, limit: Int) async throws -> ConnectorNeeds
    /// The workflows of a tenant whose newest version names any version of the connector.
    func users(of connector: String, in tenant: TenantID, limit: Int) async throws -> [ConnectorNeeds.Workflow]
    /// Replaces what the host said before.
    func report(_ report: ConnectorReport) async throws
    /// What hosts said since then.
    func reports(since: Timestamp) async throws -> [ConnectorReport]
    /// Forgets a host that ends, and those that fell silent before then.
    func forget(host: String, silentBefore: Timestamp) async throws
    /// Calls `changed` whenever something may have changed, at once after connecting too, until the task is cancelled.
    func hear(_ changed: @escaping @Sendable () -> Void) async
}

package enum ConnectorInstalling: Sendable, Equatable {
    case installed(ConnectorInstallation)
    /// The same package is there already.
    case unchanged(ConnectorInstallation)
    /// Another package is there under this version.
    case taken(ConnectorInstallation)
}

package enum ConnectorRemoval: Sendable, Equatable {
    case removed(ConnectorInstallation)
    case notInstalled
    case needed(ConnectorNeeds)
}
