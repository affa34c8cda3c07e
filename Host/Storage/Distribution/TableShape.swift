/// A table of the schema, as far as it matters for spreading the tenants' data over servers.
package struct TableShape: Sendable, Equatable {
    /// A primary key, or another constraint or index that keeps rows unique.
    package struct Key: Sendable, Equatable {
        package var name: String
        /// In their order; an expression has an empty name.
        package var columns: [String]

        package init(name: String, columns: [String]) {
            self.name = name
            self.columns = columns
        }
    }

    package struct Reference: Sendable, Equatable {
        package var name: String
        package var table: String
        /// Columns here, and beside them those they refer to.
        package var columns: [String]
        package var targets: [String]

        package init(name: String, table: String, columns: [String], targets: [String]) {
            self.name = name
            self.table = table
            self.columns = columns
            self.targets = targets
        }
    }

    package var name: String
    /// As PostgreSQL calls it; nil without such a column.
    package var tenantType: String?
    package var isTenantRequired: Bool
    package var hasPrimaryKey: Bool
    package var keys: [Key]
    package var references: [Reference]
    /// Triggers and rules of users, generated numbers that are not bigint: what Citus refuses.
    package var obstacles: [String]
    /// The column that it is distributed by already.
    package var distributedBy: String?

    package init(
        name: String, tenantType: String? = "uuid", isTenantRequired: Bool = true, hasPrimaryKey: Bool = true,
        keys: [Key] = [], references: [Reference] = [], obstacles: [String] = [], distributedBy: String? = nil
    ) {
        self.name = name
        self.tenantType = tenantType
        self.isTenantRequired = isTenantRequired
        self.hasPrimaryKey = hasPrimaryKey
        self.keys = keys
        self.references = references
        self.obstacles = obstacles
        self.distributedBy = distributedBy
    }
}
