package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// The shared budgets of requests. Its pool is the engine's: where nobody has signed in there is no tenant.
package struct PostgresRateStore: RateStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func limits(of tenant: TenantID) async throws -> RateLimits {
        try await pool.rows(Self.select, [.id(tenant)]).first.map { RateLimits(stored: try $0.document("rates")) }
            ?? .none
    }

    private static let select = "select rates from tenants where tenant_id = $1"

    package func take(_ count: Int, of key: RateKey, in window: Timestamp) async throws -> Int {
        try await pool.rows(
            Self.add,
            [
                .id(key.tenant), .words(key.rateClass.rawValue), .words(key.address), .moment(window), .number(count),
            ]
        ).one().number("taken")
    }

    private static let add = """
        insert into request_windows as w (tenant_id, class, address, begins_at, taken) values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, class, address, begins_at) do update set taken = w.taken + excluded.taken
        returning taken
        """

    /// Forgets windows that began before; hosts' clocks may differ by less than what is kept.
    @discardableResult
    package func forget(before moment: Timestamp) async throws -> Int {
        try await pool.rows(Self.delete, [.moment(moment)]).affected
    }

    private static let delete = "delete from request_windows where begins_at < $1"
}

extension RateLimits {
    /// `{"api": 1000}`; what is no class of this version is left out.
    init(stored json: JSON) {
        self.init(
            Dictionary(
                RateClass.allCases.compactMap { rateClass in
                    json[rateClass.rawValue]?.int.map { (rateClass, Int($0)) }
                }, uniquingKeysWith: { first, _ in first }))
    }

    var stored: JSON {
        .object(
            RateClass.allCases.reduce(into: JSONObject()) { object, rateClass in
                if let limit = self[rateClass] { object[rateClass.rawValue] = .int(Int64(limit)) }
            })
    }
}
