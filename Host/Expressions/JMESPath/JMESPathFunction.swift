/// The functions of the language, with what they take.
enum JMESPathFunction: String, Sendable, CaseIterable {
    case abs, avg, ceil, contains
    case endsWith = "ends_with"
    case floor, join, keys, length, map, max
    case maxBy = "max_by"
    case merge, min
    case minBy = "min_by"
    case notNull = "not_null"
    case reverse, sort
    case sortBy = "sort_by"
    case startsWith = "starts_with"
    case sum
    case toArray = "to_array"
    case toNumber = "to_number"
    case toString = "to_string"
    case type, values

    /// What an argument may be.
    enum Parameter {
        case any, number, string, array, object, numbers, strings, numbersOrStrings, arrayOrString, sized
        /// An expression, written after `&`.
        case expression

        var name: String {
            switch self {
            case .any: "a value"
            case .number: "a number"
            case .string: "a string"
            case .array: "an array"
            case .object: "an object"
            case .numbers: "an array of numbers"
            case .strings: "an array of strings"
            case .numbersOrStrings: "an array of numbers or an array of strings"
            case .arrayOrString: "an array or a string"
            case .sized: "a string, an array or an object"
            case .expression: "an expression after \"&\""
            }
        }
    }

    var parameters: [Parameter] {
        switch self {
        case .abs, .ceil, .floor: [.number]
        case .avg, .sum: [.numbers]
        case .contains: [.arrayOrString, .any]
        case .endsWith, .startsWith: [.string, .string]
        case .join: [.string, .strings]
        case .keys, .merge, .values: [.object]
        case .length: [.sized]
        case .map: [.expression, .array]
        case .max, .min, .sort: [.numbersOrStrings]
        case .maxBy, .minBy, .sortBy: [.array, .expression]
        case .notNull, .toArray, .toNumber, .toString, .type: [.any]
        case .reverse: [.arrayOrString]
        }
    }

    /// Whether the last parameter may be given again and again.
    var isVariadic: Bool { self == .merge || self == .notNull }

    func parameter(at position: Int) -> Parameter { parameters[Swift.min(position, parameters.count - 1)] }
}
