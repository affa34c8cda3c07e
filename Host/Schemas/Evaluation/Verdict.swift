/// What is known about a value under a schema. Of rules that must all be met the lowest verdict counts, of those of
/// which one is enough the highest.
enum Verdict: Comparable {
    case invalid
    /// It depends on values that are not known yet.
    case unsure
    case valid

    init(_ isMet: Bool) {
        self = isMet ? .valid : .invalid
    }

    var negated: Verdict {
        switch self {
        case .invalid: .valid
        case .unsure: .unsure
        case .valid: .invalid
        }
    }
}
