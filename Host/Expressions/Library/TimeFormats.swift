import PatchbayCore

extension Library {
    /// `time.format(pattern)`, `time.format(pattern, zone)`.
    static let timeFormats: [Overload] = [
        .receiver("format", id: "timestamp_format", [.timestamp, .string], .string) {
            time, pattern, evaluation throws(Fault) in
            try formatted(time, pattern, .utc, &evaluation)
        },
        .receiver("format", id: "timestamp_format_zone", [.timestamp, .string, .string], .string) {
            time, pattern, zone, evaluation throws(Fault) in
            guard case .string(let name) = zone else { throw evaluation.noOverload("format", [time, pattern, zone]) }
            return try formatted(time, pattern, try evaluation.zone(name), &evaluation)
        },
    ]

    private static func formatted(
        _ time: Value, _ pattern: Value, _ zone: TimeZoneRules, _ evaluation: inout Evaluation
    ) throws(Fault) -> Value {
        guard case .timestamp(let instant) = time, case .string(let text) = pattern else {
            throw evaluation.noOverload("format", [time, pattern])
        }
        try evaluation.budget.take(bytes: text.utf8.count * 8, at: evaluation.offset)
        do throws(TimePattern.Refusal) {
            return .string(try TimePattern(text).text(seconds: instant.seconds, nanoseconds: instant.nanos, in: zone))
        } catch {
            throw evaluation.fault(.value, error.message, hint: error.hint)
        }
    }
}
