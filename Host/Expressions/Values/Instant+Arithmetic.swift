/// Sums and differences; nil for what is out of range.
extension Instant {
    /// Nil outside of the years 1 to 9999.
    private init?(nanoseconds: Int128) {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let seconds = remainder < 0 ? quotient - 1 : quotient
        guard seconds >= Self.range.lowerBound, seconds <= Self.range.upperBound else { return nil }
        self.init(seconds: Int64(seconds), nanos: Int32(remainder < 0 ? remainder + 1_000_000_000 : remainder))
    }

    private var nanoseconds: Int128 { Int128(seconds) * 1_000_000_000 + Int128(nanos) }

    package func adding(_ span: TimeSpan) -> Instant? { Instant(nanoseconds: nanoseconds + span.nanoseconds) }
    package func subtracting(_ span: TimeSpan) -> Instant? { Instant(nanoseconds: nanoseconds - span.nanoseconds) }
    /// The time from the other to this.
    package func span(since other: Instant) -> TimeSpan? { TimeSpan(nanoseconds: nanoseconds - other.nanoseconds) }
}

extension TimeSpan {
    /// Nil when it does not fit an Int64.
    package init?(nanoseconds: Int128) {
        guard let whole = Int64(exactly: nanoseconds) else { return nil }
        self.init(nanoseconds: whole)
    }

    package init(nanoseconds: Int64) {
        self.init(seconds: nanoseconds / 1_000_000_000, nanos: Int32(nanoseconds % 1_000_000_000))
    }

    package var nanoseconds: Int128 { Int128(seconds) * 1_000_000_000 + Int128(nanos) }

    package func adding(_ other: TimeSpan) -> TimeSpan? { TimeSpan(nanoseconds: nanoseconds + other.nanoseconds) }
    package func subtracting(_ other: TimeSpan) -> TimeSpan? { TimeSpan(nanoseconds: nanoseconds - other.nanoseconds) }
    package var negated: TimeSpan? { TimeSpan(nanoseconds: -nanoseconds) }
}
