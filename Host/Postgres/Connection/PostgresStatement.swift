/// A statement with its parameters (`$1`, `$2`, …).
package struct PostgresStatement: Sendable {
    package var sql: String
    package var parameters: [PostgresValue]
    /// Whether a pipeline has the server parse and plan it once for each connection. Worth it for few statements that
    /// are sent again and again, whose plan does not depend on the parameters.
    package var isPrepared: Bool

    package init(_ sql: String, _ parameters: [PostgresValue] = [], isPrepared: Bool = false) {
        self.sql = sql
        self.parameters = parameters
        self.isPrepared = isPrepared
    }
}
