import PatchbayCore
import Testing

@testable import PatchbayEngine

@Suite("Places for tenants that have little in hand") struct GuestPlacesTests {
    private func tenant(_ number: UInt64) -> TenantID { TenantID(high: 1, low: number) }

    private func mayTakeOne(_ tenant: UInt64, beside counts: [UInt64: Int]) -> Bool {
        GuestPlaces.mayTakeOne(
            self.tenant(tenant),
            inHand: Dictionary(uniqueKeysWithValues: counts.map { (self.tenant($0.key), $0.value) }))
    }

    @Test func `a tenant with nothing in hand may take one beside others`() {
        #expect(mayTakeOne(1, beside: [2: 30]))
        #expect(mayTakeOne(1, beside: [2: 1]))
        #expect(!mayTakeOne(1, beside: [:]))
    }

    @Test func `a tenant may take no more than half of its share`() {
        #expect(mayTakeOne(1, beside: [1: 6, 2: 24]))
        #expect(!mayTakeOne(1, beside: [1: 8, 2: 24]))
        #expect(!mayTakeOne(1, beside: [1: 2, 2: 2, 3: 2]))
        #expect(!mayTakeOne(2, beside: [1: 1, 2: 30]))
    }

    @Test func `a tenant that is alone takes its turn in the queue`() { #expect(!mayTakeOne(1, beside: [1: 30])) }

    @Test func `a small worker keeps no places`() {
        #expect([1, 15, 16, 256].map(GuestPlaces.count) == [0, 0, 1, 16])
    }
}
