/// What a connection may do: a role of the database that it takes on as soon as it stands.
///
/// A role is no user: nobody connects as one. Who connects is granted the roles, and every connection of the host works
/// under one of them. The migrations say what each may do, table by table.
package enum PostgresRole: String, Sendable, CaseIterable {
    /// Owns the tables. For migrations and the end of a tenant; never for requests or runs.
    case owner = "patchbay_owner"
    /// Serves requests, for one tenant at a time, which each transaction names; it sees no rows without that.
    case api = "patchbay_api"
    /// Leases and journals runs of all tenants.
    case engine = "patchbay_engine"
    /// Signs people in: reads and writes accounts and what they prove themselves by, before any tenant is known.
    case identity = "patchbay_identity"

    /// Whether it sees the rows of the tenant only that the transaction names.
    package var isBoundToTenant: Bool { self == .api }
}
