import PatchbayCore

/// Places of a worker for runs that begin as they are stored although others wait in the queue: those of tenants that
/// have far less in hand than the others. Whoever waits for a claim waits for two more flushes to disk, and a tenant that
/// starts little would notice by that how much another starts. Pure.
enum GuestPlaces {
    /// How many places claims leave free.
    static func count(of places: Int) -> Int { places / 16 }

    /// Whether a run of the tenant may begin. `counts` says how many runs the worker has of each tenant. It needs less than
    /// half of what would be its share if all that are there got the same, so that what it has waiting in the queue is
    /// hardly ever overtaken: the next claim is its own in any case.
    static func mayTakeOne(_ tenant: TenantID, inHand counts: [TenantID: Int]) -> Bool {
        let own = counts[tenant] ?? 0
        let others = counts.count - (own > 0 ? 1 : 0)
        guard others > 0 else { return false }
        return own * (others + 1) * 2 < counts.values.reduce(0, +)
    }
}
