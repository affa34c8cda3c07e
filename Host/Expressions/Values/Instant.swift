/// A point in time as CEL has it, to the nanosecond: of the years 1 to 9999.
package struct Instant: Sendable, Hashable {
    /// Since the start of 1970 in UTC, rounded down.
    package var seconds: Int64
    /// 0 to 999,999,999, forward from `seconds`.
    package var nanos: Int32

    /// Seconds of 0001-01-01T00:00:00Z and of 9999-12-31T23:59:59Z.
    package static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    package init(seconds: Int64, nanos: Int32 = 0) {
        self.seconds = seconds
        self.nanos = nanos
    }
}

extension Instant: Comparable {
    package static func < (a: Instant, b: Instant) -> Bool { (a.seconds, a.nanos) < (b.seconds, b.nanos) }
}

/// A length of time as CEL has it, to the nanosecond: some 292 years either way, as many nanoseconds as an Int64 counts.
/// CEL's conformance tests refuse longer ones.
package struct TimeSpan: Sendable, Hashable {
    /// Rounded towards zero.
    package var seconds: Int64
    /// -999,999,999 to 999,999,999, with the sign of the whole.
    package var nanos: Int32

    package init(seconds: Int64, nanos: Int32 = 0) {
        self.seconds = seconds
        self.nanos = nanos
    }
}

extension TimeSpan: Comparable {
    package static func < (a: TimeSpan, b: TimeSpan) -> Bool { (a.seconds, a.nanos) < (b.seconds, b.nanos) }
}
