import PatchbayJSON

/// A keyword that speaks about numbers.
enum NumberRule: Sendable {
    case minimum(JSON)
    case maximum(JSON)
    case above(JSON)
    case below(JSON)
    case multiple(of: JSON)

    func isMet(by value: JSON) -> Bool {
        switch self {
        case .minimum(let bound): !value.isLess(than: bound)
        case .maximum(let bound): !bound.isLess(than: value)
        case .above(let bound): bound.isLess(than: value)
        case .below(let bound): value.isLess(than: bound)
        case .multiple(let divisor): value.isMultiple(of: divisor)
        }
    }

    var keyword: String {
        switch self {
        case .minimum: "minimum"
        case .maximum: "maximum"
        case .above: "exclusiveMinimum"
        case .below: "exclusiveMaximum"
        case .multiple: "multipleOf"
        }
    }

    /// "at least 3".
    var phrase: String {
        switch self {
        case .minimum(let bound): "at least \(bound.text)"
        case .maximum(let bound): "at most \(bound.text)"
        case .above(let bound): "more than \(bound.text)"
        case .below(let bound): "less than \(bound.text)"
        case .multiple(let divisor): "a multiple of \(divisor.text)"
        }
    }
}
