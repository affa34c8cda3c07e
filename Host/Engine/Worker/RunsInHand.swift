import PatchbayCore

/// The runs that a worker has, and how many of them are whose: with a thousand in hand nobody counts them for each that comes.
struct RunsInHand {
    private var mailboxes: [RunID: Mailbox] = [:]
    private(set) var ofTenants: [TenantID: Int] = [:]

    var count: Int { mailboxes.count }
    var ids: Dictionary<RunID, Mailbox>.Keys { mailboxes.keys }
    var all: Dictionary<RunID, Mailbox>.Values { mailboxes.values }

    subscript(_ run: RunID) -> Mailbox? { mailboxes[run] }

    /// Answers what was there under that name before.
    @discardableResult
    mutating func put(_ mailbox: Mailbox, for run: RunID) -> Mailbox? {
        let former = mailboxes.updateValue(mailbox, forKey: run)
        ofTenants[mailbox.tenant, default: 0] += 1
        if let former { uncount(former.tenant) }
        return former
    }

    /// Nothing when the run is in other hands by now.
    mutating func remove(_ run: RunID, if mailbox: Mailbox) {
        guard mailboxes[run] === mailbox else { return }
        mailboxes[run] = nil
        uncount(mailbox.tenant)
    }

    private mutating func uncount(_ tenant: TenantID) {
        guard let count = ofTenants[tenant] else { return }
        ofTenants[tenant] = count > 1 ? count - 1 : nil
    }
}
