import PatchbayCore

/// Places of a worker for runs that begin as they are stored although others wait in the queue: those of tenants that
/// have far less in hand than the others. Whoever waits for a claim waits for two more flushes to disk, and a tenant that
/// starts little would notice by that how much another starts. Pure.
enum GuestPlaces {
    /// How many places claims leave free.
    static func count(of places: Int) -> Int { places / 16 }

    /// Whether a run of the tenant may begin. `inHand` are the tenants of all runs that the worker has. It needs less than
    /// half of what would be its share if all that are there got the same, so that what it has waiting in the queue is
    /// hardly ever overtaken: the next claim is its own in any case.
    static func mayTakeOne(_ tenant: TenantID, inHand: some Sequence<TenantID>) -> Bool {
        var counts: [TenantID: Int] = [:]
        for other in inHand { counts[other, default: 0] += 1 }
        let own = counts.removeValue(forKey: tenant) ?? 0
        guard !counts.isEmpty else { return false }
        let all = counts.values.reduce(own, +)
        return own * (counts.count + 1) * 2 < all
    }
}
