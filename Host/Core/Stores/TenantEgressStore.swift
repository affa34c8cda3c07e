/// What the operator lets the calls of one tenant reach, as texts; nil: no limit beyond those that hold for everybody.
package struct EgressRules: Sendable, Equatable {
    /// `api.example.com`, `*.example.com:8443`, `*`
    package var hosts: [String]?
    /// Of the networks that the host opens, those that are open to this tenant: `10.1.0.0/16`
    package var networks: [String]?

    package init(hosts: [String]? = nil, networks: [String]? = nil) {
        self.hosts = hosts
        self.networks = networks
    }
}

package protocol TenantEgressStore: Sendable {
    /// No limits for a tenant that is not there.
    func egress(of tenant: TenantID) async throws -> EgressRules
    /// False: there is no such tenant.
    func setEgress(_ rules: EgressRules, of tenant: TenantID) async throws -> Bool
}
