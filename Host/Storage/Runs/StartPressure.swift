import PatchbayCore

/// How many wait for their runs to be stored, by tenant. Pure.
struct StartPressure {
    /// From so many on a tenant presses, until there were fewer for so long: between two commits there always are.
    private static let least = 16
    private static let relief = Duration.milliseconds(25)
    /// Tenants beyond which those that do not press any more are forgotten.
    private static let mostIdle = 1_000

    private struct Tenant {
        var waiting = 0
        var pressedAt: ContinuousClock.Instant?
    }

    private var tenants: [TenantID: Tenant] = [:]

    mutating func add(_ tenant: TenantID, at now: ContinuousClock.Instant) {
        tenants[tenant, default: Tenant()].waiting += 1
        if tenants[tenant]?.waiting ?? 0 >= Self.least { tenants[tenant]?.pressedAt = now }
        if tenants.count > Self.mostIdle { tenants = tenants.filter { $0.value.waiting > 0 } }
    }

    mutating func remove(_ tenant: TenantID) {
        tenants[tenant]?.waiting -= 1
        // Without a press there is nothing to remember.
        if let left = tenants[tenant], left.waiting <= 0, left.pressedAt == nil { tenants[tenant] = nil }
    }

    func isPressed(by tenant: TenantID, at now: ContinuousClock.Instant) -> Bool {
        guard let pressedAt = tenants[tenant]?.pressedAt else { return false }
        return now - pressedAt < Self.relief
    }
}
