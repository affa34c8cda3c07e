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
        _ key: Value, of container: Value, _ base: any Operation, path: Range<Int>, at offset: Int,
        _ evaluation: Evaluation
    ) -> Fault {
        if case .list(let list) = container {
            let has = list.count == 0 ? "it is empty" : "it has elements 0 to \(list.count - 1)"
            let shown = key.scalarText ?? key.article
            return Fault(.missing, "\(base.title(evaluation)) has no element \(shown)", hint: has, at: offset)
        }
        switch key {
        case .bool, .int, .uint, .double, .string:
            return missing(key.scalarText ?? "", in: container, path: path, at: offset, evaluation)
        default: return Fault(.type, "a map's key must not be \(key.article)", at: offset)
        }
    }

    /// `steps.get_user.output.usr.name: "usr" is missing; the value has: user, id`
    ///
    /// - Parameter path: where the whole path stands that the name is a part of.
    static func missing(
        _ name: String, in container: Value, path: Range<Int>, at offset: Int, _ evaluation: Evaluation
    ) -> Fault {
        let place = evaluation.text(path).map { $0 + ": " } ?? ""
        guard case .map(let map) = container else {
            return Fault(.missing, "\(place)\(name.quoted) is missing", at: offset)
        }
        let names = map.firstNames(1_000)
        let hyphenated = names.first { $0.hasPrefix(name + "-") }
        let hint =
            hyphenated.map { "a name with a hyphen is written [\($0.quoted)]" }
            ?? Suggestion.nearest(to: name, among: names).map { "did you mean \($0.quoted)?" }
        return Fault(
            .missing, "\(place)\(name.quoted) is missing; \(content(names, of: map.count))",
            hint: hint ?? "ask with has(…) first, or write .?\(name)", at: offset)
    }

    /// What a map has, as far as anybody would read it.
    private static func content(_ names: [String], of count: Int) -> String {
        guard count > 0 else { return "the value is empty" }
        let shown = names.prefix(12).map { $0.shortened(to: 40) }.joined(separator: ", ")
        return "the value has: " + shown + (count > 12 ? " and \(count - 12) more" : "")
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
