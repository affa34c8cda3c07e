/// One way to call a function: the types it takes and gives, which the checker reads, and what it does.
///
/// The declared types decide in a run, too: `body` is called only with as many values as there are parameters, each of
/// the kind its parameter declares (`dyn` and type parameters take every kind but opaque values). What is inside of a
/// list, a map or an optional is not looked at, and opaque values are not told apart: a body that finds something else
/// throws `evaluation.noOverload(…)`.
///
///     Overload.receiver("charAt", id: "string_char_at_int", [.string, .int], .string) {
///         text, index, evaluation throws(Fault) in …
///     }
struct Overload: Sendable {
    enum Style: Sendable {
        /// `name(x, y)`; names may have dots: `math.abs(x)`.
        case global
        /// `x.name(y)`; x is the first parameter.
        case receiver
    }

    /// What the overload does. `Evaluation` gives it the budget and makes its errors.
    enum Body: Sendable {
        case none(@Sendable (inout Evaluation) throws(Fault) -> Value)
        case one(@Sendable (Value, inout Evaluation) throws(Fault) -> Value)
        case two(@Sendable (Value, Value, inout Evaluation) throws(Fault) -> Value)
        case three(@Sendable (Value, Value, Value, inout Evaluation) throws(Fault) -> Value)
        /// Any number.
        case many(@Sendable ([Value], inout Evaluation) throws(Fault) -> Value)
    }

    let name: String
    /// Unique in a library, as CEL's definition calls it: `size_string`, `string_char_at_int`.
    let id: String
    let style: Style
    let signature: Signature
    /// The last parameter may come again, any number of times; only with `Body.many`.
    let isVariadic: Bool
    private(set) var body: Body
    /// Of the parameters.
    let kinds: [Kinds]
    private var preparation: Preparation?

    /// What is done once for an expression in which a parameter's value is written out.
    private struct Preparation: Sendable {
        let parameter: Int
        let body: @Sendable (Value) -> Body?
    }

    init(
        _ name: String, id: String, _ style: Style, _ parameters: [ValueType], _ result: ValueType,
        isVariadic: Bool = false, _ body: Body
    ) {
        self.name = name
        self.id = id
        self.style = style
        signature = Signature(parameters, result)
        self.isVariadic = isVariadic
        self.body = body
        kinds = parameters.map(\.kinds)
    }

    var parameters: [ValueType] { signature.parameters }
    var result: ValueType { signature.result }

    func takes(count: Int) -> Bool { isVariadic ? count >= parameters.count : count == parameters.count }

    func takes(_ values: [Value]) -> Bool {
        guard takes(count: values.count) else { return false }
        for (index, value) in values.enumerated() where !kinds[min(index, kinds.count - 1)].contains(value.kind) {
            return false
        }
        return true
    }
}

extension Overload {
    static func global(
        _ name: String, id: String, _ parameter: [ValueType], _ result: ValueType,
        _ body: @escaping @Sendable (Value, inout Evaluation) throws(Fault) -> Value
    ) -> Overload { Overload(name, id: id, .global, parameter, result, .one(body)) }

    static func global(
        _ name: String, id: String, _ parameters: [ValueType], _ result: ValueType,
        _ body: @escaping @Sendable (Value, Value, inout Evaluation) throws(Fault) -> Value
    ) -> Overload { Overload(name, id: id, .global, parameters, result, .two(body)) }

    static func receiver(
        _ name: String, id: String, _ parameter: [ValueType], _ result: ValueType,
        _ body: @escaping @Sendable (Value, inout Evaluation) throws(Fault) -> Value
    ) -> Overload { Overload(name, id: id, .receiver, parameter, result, .one(body)) }

    static func receiver(
        _ name: String, id: String, _ parameters: [ValueType], _ result: ValueType,
        _ body: @escaping @Sendable (Value, Value, inout Evaluation) throws(Fault) -> Value
    ) -> Overload { Overload(name, id: id, .receiver, parameters, result, .two(body)) }

    static func receiver(
        _ name: String, id: String, _ parameters: [ValueType], _ result: ValueType,
        _ body: @escaping @Sendable (Value, Value, Value, inout Evaluation) throws(Fault) -> Value
    ) -> Overload { Overload(name, id: id, .receiver, parameters, result, .three(body)) }

    /// The same, with another body where the value of a parameter is known when the expression is compiled; nil for a value
    /// that is left to the run.
    func preparing(_ parameter: Int, _ body: @escaping @Sendable (Value) -> Body?) -> Overload {
        var overload = self
        overload.preparation = Preparation(parameter: parameter, body: body)
        return overload
    }

    /// Whether the value of an argument that is written out may make another overload of it.
    var isPreparable: Bool { preparation != nil }

    /// For a call with these values, all that its parameters take.
    func prepared(for arguments: [Expression]) -> Overload {
        guard let preparation, case .literal(let value) = arguments[preparation.parameter].node,
            let body = preparation.body(value)
        else { return self }
        var overload = self
        overload.body = body
        return overload
    }

    /// The same with another name or style.
    func also(_ name: String, id: String, _ style: Style) -> Overload {
        Overload(name, id: id, style, parameters, result, isVariadic: isVariadic, body)
    }
}

extension Overload {
    /// How a function can be called.
    static func hint(_ overloads: [Overload]) -> String {
        let shown = overloads.prefix(6).map(\.description).joined(separator: ", ")
        return "it is called as \(shown)" + (overloads.count > 6 ? ", …" : "")
    }
}

extension Overload: CustomStringConvertible {
    /// As hints show it: `string.charAt(int)`, `size(list)`.
    var description: String {
        var types = parameters.map { if case .parameter = $0 { "dyn" } else { $0.shortName } }
        if isVariadic { types[types.count - 1] += ", …" }
        switch style {
        case .global: return "\(name)(\(types.joined(separator: ", ")))"
        case .receiver: return "\(types[0]).\(name)(\(types.dropFirst().joined(separator: ", ")))"
        }
    }
}

extension ValueType {
    /// The name without the package: `timestamp`, `list`.
    var shortName: String {
        switch self {
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .optional: "optional"
        default: runtimeName
        }
    }
}
