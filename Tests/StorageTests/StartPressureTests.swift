import PatchbayCore
import Testing

@testable import PatchbayStorage

@Suite struct StartPressureTests {
    private let start = ContinuousClock.now
    private let tenant = TenantID.new(at: Timestamp(milliseconds: 1))
    private let other = TenantID.new(at: Timestamp(milliseconds: 2))

    @Test func `sixteen who wait at a time press, each tenant for itself`() {
        var pressure = StartPressure()
        for _ in 0..<15 { pressure.add(tenant, at: start) }
        #expect(!pressure.isPressed(by: tenant, at: start))
        pressure.add(other, at: start)
        #expect(!pressure.isPressed(by: tenant, at: start))
        pressure.add(tenant, at: start)
        #expect(pressure.isPressed(by: tenant, at: start))
        #expect(!pressure.isPressed(by: other, at: start))
    }

    @Test func `between two commits it presses still, and a moment later no more`() {
        var pressure = StartPressure()
        for _ in 0..<16 { pressure.add(tenant, at: start) }
        for _ in 0..<16 { pressure.remove(tenant) }
        #expect(pressure.isPressed(by: tenant, at: start + .milliseconds(24)))
        #expect(!pressure.isPressed(by: tenant, at: start + .milliseconds(25)))
    }

    @Test func `one after the other never presses`() {
        var pressure = StartPressure()
        for _ in 0..<1_000 {
            pressure.add(tenant, at: start)
            pressure.remove(tenant)
        }
        #expect(!pressure.isPressed(by: tenant, at: start))
    }
}
