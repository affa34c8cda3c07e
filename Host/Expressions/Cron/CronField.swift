/// One of the fields of a schedule, in the order in which they are written.
package enum CronField: String, Sendable, Hashable, CaseIterable {
    case second
    case minute
    case hour
    case dayOfMonth = "day of month"
    case month
    case dayOfWeek = "day of week"

    var values: ClosedRange<Int> {
        switch self {
        case .second, .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        // Sunday is 0 and 7.
        case .dayOfWeek: 0...7
        }
    }

    /// What `*` stands for, and where `5/2` ends.
    var whole: ClosedRange<Int> { self == .dayOfWeek ? 0...6 : values }

    /// Names of values, the first for the least one; three letters count.
    var names: [String] {
        switch self {
        case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        default: []
        }
    }

    /// Whether `?` may stand for "any", and `L` for the last.
    var isOfDays: Bool { self == .dayOfMonth || self == .dayOfWeek }

    var hint: String {
        let range = "\(values.lowerBound) to \(values.upperBound)"
        return switch self {
        case .month: "write 1 to 12 or JAN to DEC"
        case .dayOfWeek: "write 0 to 7 (0 and 7 are Sunday) or SUN to SAT"
        default: "write \(range), a range as in \(values.lowerBound)-5, a step as in */5, or a list with commas"
        }
    }
}
