import PatchbayCore
import Testing

struct IdentifierChanceTests {
    @Test func `identifiers of one millisecond differ, whoever makes them at once`() async {
        let moment = Timestamp(milliseconds: 1_700_000_000_000)
        let all = await withTaskGroup(of: [RunID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<5_000).map { _ in RunID.new(at: moment) } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(all).count == 40_000)
        // None of the 74 bits is always the same.
        let (ever, always) = all.reduce(((0, 0), (UInt64.max, UInt64.max)) as ((UInt64, UInt64), (UInt64, UInt64))) {
            (($0.0.0 | $1.high, $0.0.1 | $1.low), ($0.1.0 & $1.high, $0.1.1 & $1.low))
        }
        #expect(ever.0 & 0xFFFF == 0x7FFF && always.0 & 0xFFFF == 0x7000)
        #expect(ever.1 == 0xBFFF_FFFF_FFFF_FFFF && always.1 == 0x8000_0000_0000_0000)
    }
}
