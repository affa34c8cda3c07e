/// `+` and `-` of timestamps and durations.
enum TimeArithmetic {
    /// Nil for values that have no sum or difference.
    static func apply(_ symbol: BinaryOperator, _ a: Value, _ b: Value, at offset: Int) throws(Fault) -> Value? {
        switch (a, symbol, b) {
        case (.timestamp(let instant), .add, .duration(let span)),
            (.duration(let span), .add, .timestamp(let instant)):
            return .timestamp(try inRange(instant.adding(span), at: offset))
        case (.timestamp(let instant), .subtract, .duration(let span)):
            return .timestamp(try inRange(instant.subtracting(span), at: offset))
        case (.timestamp(let a), .subtract, .timestamp(let b)):
            return .duration(try inRange(a.span(since: b), at: offset))
        case (.duration(let a), .add, .duration(let b)): return .duration(try inRange(a.adding(b), at: offset))
        case (.duration(let a), .subtract, .duration(let b)):
            return .duration(try inRange(a.subtracting(b), at: offset))
        default: return nil
        }
    }

    private static func inRange(_ instant: Instant?, at offset: Int) throws(Fault) -> Instant {
        if let instant { return instant }
        throw Fault(
            .value, "the result is out of the range of timestamps, which are of the years 1 to 9999", at: offset)
    }

    private static func inRange(_ span: TimeSpan?, at offset: Int) throws(Fault) -> TimeSpan {
        if let span { return span }
        throw Fault(.value, "the result is out of the range of durations, some 292 years either way", at: offset)
    }
}
