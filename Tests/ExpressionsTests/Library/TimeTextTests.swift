import PatchbayExpressions
import Testing

@Suite struct TimeTextTests {
    @Test func `instants read back from their text`() throws {
        var random = Generator(state: 1)
        for _ in 0..<500 {
            let instant = Instant(
                seconds: Int64.random(in: Instant.range, using: &random),
                nanos: Int32.random(in: 0...999_999_999, using: &random))
            #expect(try Instant(instant.description) == instant)
        }
    }

    @Test func `spans read back from their text, and add up`() throws {
        var random = Generator(state: 2)
        for _ in 0..<500 {
            let span = TimeSpan(nanoseconds: Int64(bitPattern: random.next()))
            #expect(try TimeSpan(span.description) == span)
            let other = TimeSpan(nanoseconds: Int64(bitPattern: random.next()))
            if let sum = span.adding(other) { #expect(sum.subtracting(other) == span) }
        }
    }

    @Test(arguments: [
        "2024-01-01T00:00:00", "2024-1-01T00:00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+1:00", "",
        "2024-01-01T00:00:00Zx",
    ])
    func `what is no instant is refused`(text: String) {
        #expect(throws: Instant.TextFault.syntax) { try Instant(text) }
    }

    @Test(arguments: [
        "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2024-01-01T00:00:00+24:00",
    ])
    func `an instant that does not exist is out of range`(text: String) {
        #expect(throws: Instant.TextFault.range) { try Instant(text) }
    }

    @Test(arguments: ["", "-", "1", "1x", "s", ".s", "1h-30m", " 1s", "1.2.3s"])
    func `what is no span is refused`(text: String) {
        #expect(throws: TimeSpan.TextFault.syntax) { try TimeSpan(text) }
    }

    @Test func `spans have units, fractions and a sign`() throws {
        #expect(try TimeSpan("0").nanoseconds == 0)
        #expect(try TimeSpan("-1h2m3.5s4ms5us6ns").nanoseconds == -3_723_504_005_006)
        #expect(try TimeSpan("+.5s").description == "0.5s")
        #expect(throws: TimeSpan.TextFault.range) { try TimeSpan("9223372036.854775808s") }
        #expect(try TimeSpan("-9223372036.854775808s").nanoseconds == Int128(Int64.min))
    }
}
