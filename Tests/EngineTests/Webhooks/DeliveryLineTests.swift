import PatchbayCore
import Testing

@testable import PatchbayEngine

/// Who is next among deliveries.
struct DeliveryLineTests {
    private let tenants = (1...3).map { TenantID(high: 7, low: $0) }

    @Test func `tenants take turns, and each one's deliveries stay in order`() {
        var line = DeliveryLine<String>(atMost: 100, bytes: 1_000)
        for number in 0..<5 { _ = line.add("a\(number)", of: tenants[0], size: 1) }
        _ = line.add("b0", of: tenants[1], size: 1)
        _ = line.add("c0", of: tenants[2], size: 1)
        let first = line.next(4)
        #expect(first == ["a0", "b0", "c0", "a1"])
        _ = line.add("b1", of: tenants[1], size: 1)
        let second = line.next(2)
        #expect(Set(second) == ["a2", "b1"])
        let third = line.next(10)
        #expect(third == ["a3", "a4"])
        let rest = line.next(10)
        #expect(rest == [])
        #expect(line.count == 0)
    }

    @Test func `it holds no more than it may, but always one`() {
        var line = DeliveryLine<Int>(atMost: 3, bytes: 10)
        var added = [line.add(0, of: tenants[0], size: 100), line.add(1, of: tenants[0], size: 1)]
        #expect(added == [true, false])
        _ = line.next(5)
        added = (0..<4).map { line.add($0, of: tenants[0], size: 3) }
        #expect(added == [true, true, true, false])
        _ = line.next(1)
        added = [line.add(4, of: tenants[1], size: 5), line.add(4, of: tenants[1], size: 4)]
        #expect(added == [false, true])
    }
}
