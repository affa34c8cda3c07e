/// Which requests share a budget.
package enum RateClass: String, Sendable, CaseIterable {
    /// All below `/api/v1` that has no class of its own.
    case api
    /// Deliveries of webhooks.
    case webhook
    /// Starting runs by hand.
    case execute
    case credentials
    /// Offering, installing, reviewing and reporting templates: by caller, template and what is done.
    case marketplace
}

/// The most requests in a minute, by class; a class that is missing has no limit.
package struct RateLimits: Sendable, Equatable {
    package static let most = 1_000_000_000

    private var limits: [RateClass: Int]

    package init(_ limits: [RateClass: Int]) { self.limits = limits }

    package static let standard = RateLimits([
        .api: 1_000, .webhook: 5_000, .execute: 100, .credentials: 50, .marketplace: 30,
    ])
    package static let none = RateLimits([:])

    package subscript(rateClass: RateClass) -> Int? {
        get { limits[rateClass] }
        set { limits[rateClass] = newValue }
    }

    package var isEmpty: Bool { limits.isEmpty }
}

/// Whose requests of which class are counted together.
package struct RateKey: Sendable, Hashable {
    package var rateClass: RateClass
    /// Nobody's (all zero) where nobody has signed in.
    package var tenant: TenantID
    /// Where requests come from, when nobody has signed in; else empty.
    package var address: String

    package init(_ rateClass: RateClass, tenant: TenantID) {
        self.init(rateClass, tenant, "")
    }

    /// Of those who have not signed in. A network of the size that one customer gets (an IPv6 /64) counts as one address.
    package init(_ rateClass: RateClass, address: String) {
        self.init(rateClass, TenantID(high: 0, low: 0), Self.network(of: address))
    }

    /// Of one thing of a tenant, such as a webhook, that has a limit of its own.
    package init(_ rateClass: RateClass, tenant: TenantID, thing: String) {
        self.init(rateClass, tenant, thing)
    }

    private init(_ rateClass: RateClass, _ tenant: TenantID, _ address: String) {
        self.rateClass = rateClass
        self.tenant = tenant
        self.address = address
    }

    package var isTenant: Bool { address.isEmpty && tenant != TenantID(high: 0, low: 0) }

    /// The first four groups of an IPv6 address, unless it is an IPv4 address in disguise.
    private static func network(of address: String) -> String {
        let text = address.filter { $0 != "[" && $0 != "]" }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count > 2, !text.contains(".") else { return text.isEmpty ? "unknown" : text }
        guard let gap = groups.firstIndex(where: \.isEmpty) else {
            return groups.prefix(4).joined(separator: ":") + "::/64"
        }
        let zeros = [Substring](repeating: "0", count: 4)
        return (groups[..<gap] + zeros).prefix(4).joined(separator: ":") + "::/64"
    }
}
