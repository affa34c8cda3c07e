import PatchbayExpressions
import PatchbayJSON
import PatchbayTimeZones

/// A line of the conformance tests: an expression, what it is given, and what it must give.
struct ConformanceCase {
    let file: String
    let title: String
    let expression: String
    private let json: JSON

    init(_ json: JSON) {
        self.json = json
        file = json["file"]?.string ?? ""
        title = "\(file)/\(json["section"]?.string ?? "")/\(json["name"]?.string ?? "")"
        expression = json["expr"]?.string ?? ""
    }

    /// Why the case does not hold; nil when it does.
    var failure: String? {
        let expected = json["expect"] ?? .null
        if let failure = typeFailure(expected) { return failure }
        if json["check_only"]?.bool == true { return nil }
        let given: Value
        do {
            given = try evaluated()
        } catch {
            return expected["error"] == nil ? "gave the error \(error)" : nil
        }
        if expected["error"] != nil { return "gave \(given.tagged.text), not an error" }
        let wanted = expected["value"] ?? (json["matcher_defaulted"]?.bool == true ? ["t": "bool", "v": true] : .null)
        return Self.isSame(wanted, given.tagged) ? nil : "gave \(given.tagged.text), not \(wanted.text)"
    }

    /// What the type check finds wrong, where the case holds if it finds nothing, and another type than the expected.
    private func typeFailure(_ expected: JSON) -> String? {
        guard json["disable_check"]?.bool != true, json["disable_macros"]?.bool != true, expected["error"] == nil else {
            return nil
        }
        var environment = TypeEnvironment(container: json["container"]?.string ?? "")
        for member in json["bindings"]?.object ?? JSONObject() { environment.variables[member.name] = .dyn }
        for declaration in json["type_env"]?.array ?? [] {
            guard let name = declaration["name"]?.string else { return "declares something without a name" }
            if let text = declaration["ident"]?.string { environment.variables[name] = ValueType(text) ?? .dyn }
            for overload in declaration["function"]?.array ?? [] {
                let parameters = overload["params"]?.array?.compactMap { $0.string.flatMap { ValueType($0) } } ?? []
                environment.functions.append(
                    .init(
                        name: name, id: overload["overload_id"]?.string ?? name, parameters: parameters,
                        result: overload["result"]?.string.flatMap { ValueType($0) } ?? .dyn,
                        isReceiver: overload["instance"]?.bool ?? false))
            }
        }
        let (type, errors) = environment.check(expression)
        if let error = errors.first { return "is refused by the type check: \(error)" }
        guard let wanted = expected["deduced_type"]?.string else { return nil }
        return type.description == wanted ? nil : "is of the type \(type), not \(wanted)"
    }

    private func evaluated() throws -> Value {
        var options = CEL.Options(
            container: json["container"]?.string ?? "", disableMacros: json["disable_macros"]?.bool ?? false)
        var variables: [String: Value] = [:]
        for member in json["bindings"]?.object ?? JSONObject() {
            guard let value = Value(tagged: member.value) else { throw Unreadable(value: member.value.text) }
            variables[member.name] = value
            options.variables[member.name] = .dyn
        }
        for declaration in json["type_env"]?.array ?? [] where declaration["ident"] != nil {
            if let name = declaration["name"]?.string { options.variables[name] = .dyn }
        }
        return try CEL.compile(expression, options).evaluate(variables, surroundings: Self.surroundings)
    }

    private static let surroundings = Surroundings(zones: SystemTimeZones())

    private struct Unreadable: Error {
        let value: String
    }

    /// Whether two tagged values are the same: the order of a map's pairs does not count, and NaN is NaN.
    private static func isSame(_ a: JSON, _ b: JSON) -> Bool {
        guard a["t"] == b["t"], let kind = a["t"]?.string else { return false }
        let (left, right) = (a["v"] ?? .null, b["v"] ?? .null)
        switch kind {
        case "double":
            guard let left = left.string.flatMap({ Double($0) }), let right = right.string.flatMap({ Double($0) })
            else { return false }
            return left == right || left.isNaN && right.isNaN
        case "list":
            guard let left = left.array, let right = right.array, left.count == right.count else { return false }
            return zip(left, right).allSatisfy { isSame($0, $1) }
        case "map":
            guard let left = left.array, var rest = right.array, left.count == rest.count else { return false }
            for pair in left {
                guard let match = rest.firstIndex(where: { zip(pair.array ?? [], $0.array ?? []).allSatisfy(isSame) })
                else { return false }
                rest.remove(at: match)
            }
            return true
        case "timestamp", "duration": return a["seconds"] == b["seconds"] && a["nanos"] == b["nanos"]
        default: return left == right
        }
    }
}
