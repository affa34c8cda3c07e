import PatchbayCore
import Testing

@testable import PatchbayEngine

@Suite struct RunsInHandTests {
    private let ada = TenantID(high: 1, low: 1)
    private let bob = TenantID(high: 1, low: 2)
    private let runs = (1...3).map { RunID(high: 2, low: UInt64($0)) }

    @Test func `runs are counted by tenant as they come and go`() {
        var inHand = RunsInHand()
        let mailboxes = [Mailbox(of: ada), Mailbox(of: ada), Mailbox(of: bob)]
        for (run, mailbox) in zip(runs, mailboxes) { inHand.put(mailbox, for: run) }
        #expect(inHand.count == 3 && inHand.ofTenants == [ada: 2, bob: 1])
        inHand.remove(runs[0], if: mailboxes[0])
        inHand.remove(runs[2], if: mailboxes[2])
        #expect(inHand.count == 1 && inHand.ofTenants == [ada: 1])
        #expect(inHand[runs[1]] === mailboxes[1] && inHand[runs[0]] == nil)
    }

    @Test func `a run that was taken on anew is counted once, and stays when its former hands let go`() {
        var inHand = RunsInHand()
        let (former, later) = (Mailbox(of: ada), Mailbox(of: ada))
        #expect(inHand.put(former, for: runs[0]) == nil)
        #expect(inHand.put(later, for: runs[0]) === former)
        inHand.remove(runs[0], if: former)
        #expect(inHand.ofTenants == [ada: 1] && inHand[runs[0]] === later)
    }
}
