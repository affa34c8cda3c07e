package import PatchbayCore

/// Makes requests on tenants' behalf: within the operator's policy, and within what the operator lets the tenant reach as it is
/// at that moment.
package struct TenantClient: TenantWebExchange {
    private let client: OutboundClient
    private let egress: any TenantEgressStore

    package init(_ client: OutboundClient, egress: any TenantEgressStore) {
        self.client = client
        self.egress = egress
    }

    package func exchange(_ request: WebRequest, for tenant: TenantID) async throws -> WebAnswer {
        let stored = try await egress.egress(of: tenant)
        let rules: TenantEgress
        do {
            rules = try TenantEgress(hosts: stored.hosts, networks: stored.networks)
        } catch {
            throw WebFailure("the tenant's egress rules cannot be read")
        }
        return try await client.exchange(request, within: rules)
    }
}
