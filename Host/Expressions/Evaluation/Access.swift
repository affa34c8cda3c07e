import PatchbayCore
import PatchbayJSON

/// Elements of lists and maps, and what is said of those that are not there: the whole path, and what is there instead.
enum Access {
    /// Nil when the list or map lacks it.
    static func element(
        _ key: Value, of container: Value, _ base: any Operation, at offset: Int, _ evaluation: Evaluation
    ) throws(Fault) -> Value? {
        switch container {
        case .list(let list):
            guard !key.isBool, let position = MapKey(key), !position.isString else {
                throw Fault(.type, "a list's index must be an int, and this is \(key.article)", at: offset)
            }
            guard case .int(let position)? = position.signed, position >= 0, position < list.count else { return nil }
            return list[Int(position)]
        case .map(let map): return MapKey(key).flatMap { map[$0] }
        default:
            throw Fault(
                .type, "\(base.title(evaluation)) is \(container.article) and has no elements", at: offset)
        }
    }

    /// The error for an element that `element` has not found.
    static func noElement(
        _ key: Value, of container: Value, _ base: any Operation, at offset: Int, _ evaluation: Evaluation
    ) -> Fault {
        if case .list(let list) = container {
            let has = list.count == 0 ? "it is empty" : "it has elements 0 to \(list.count - 1)"
            let shown = key.scalarText ?? key.article
            return Fault(.missing, "\(base.title(evaluation)) has no element \(shown)", hint: has, at: offset)
        }
        switch key {
        case .bool, .int, .uint, .double, .string:
            return missing(key.scalarText ?? "", in: container, base, at: offset, evaluation)
        default: return Fault(.type, "a map's key must not be \(key.article)", at: offset)
        }
    }

    static func missing(
        _ name: String, in container: Value, _ base: any Operation, at offset: Int, _ evaluation: Evaluation
    ) -> Fault {
        guard case .map(let map) = container else {
            return Fault(.missing, "\(name.quoted) is not in \(base.title(evaluation))", at: offset)
        }
        let names = map.firstNames(1_000)
        let hyphenated = names.first { $0.hasPrefix(name + "-") }
        let hint =
            hyphenated.map { "a name with a hyphen is written [\($0.quoted)]" }
            ?? Suggestion.hint(for: name, among: names, known: "members are") ?? "it has no members"
        return Fault(.missing, "\(name.quoted) is not in \(base.title(evaluation))", hint: hint, at: offset)
    }

    static func hasNoMembers(
        _ value: Value, _ name: String, _ base: any Operation, at offset: Int, _ evaluation: Evaluation
    ) -> Fault {
        var (code, hint): (ExpressionError.Code, String?) = (.type, nil)
        if case .null = value { code = .missing }
        if case .list = value { hint = "elements have numbers: [0] is the first" }
        return Fault(
            code, "\(base.title(evaluation)) is \(value.article) and has no member \(name.quoted)", hint: hint,
            at: offset)
    }
}

extension Value {
    var isBool: Bool { if case .bool = self { true } else { false } }
}

extension MapKey {
    fileprivate var isString: Bool { if case .string = self { true } else { false } }

    /// A uint as an int where it fits.
    fileprivate var signed: MapKey? {
        if case .uint(let value) = self { Int64(exactly: value).map(MapKey.int) } else { self }
    }
}
