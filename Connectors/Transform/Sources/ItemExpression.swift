import ConnectorSDK
import PatchbayExpressions
import PatchbayJSON

/// A CEL expression that is evaluated for each element of a list.
struct ItemExpression {
    private let compiled: CompiledExpression

    /// - Parameter names: the variables beside `index` and `vars`.
    ///
    /// Throws what is wrong with the text, also names and functions that there are not.
    init(_ source: String, names: [String]) throws(ConnectorError) {
        var variables: [String: ValueType] = ["index": .int, "vars": .dyn]
        for name in names { variables[name] = .dyn }
        do throws(ExpressionError) {
            compiled = try CEL.compile(source, CEL.Options(variables: variables))
        } catch {
            throw .invalid("/expression", "is no expression: \(error)")
        }
        if let fault = compiled.faults.first { throw .invalid("/expression", "cannot be evaluated: \(fault)") }
    }

    /// The result for one element. Throws `CancellationError` when the call is no longer wanted, so that a long list ends
    /// soon.
    func value(at index: Int, vars: JSONObject?, _ values: [String: JSON]) throws -> JSON {
        try Task.checkCancellation()
        var variables = values
        variables["index"] = .int(Int64(index))
        variables["vars"] = .object(vars ?? [:])
        do throws(ExpressionError) {
            return try compiled.json(variables)
        } catch {
            throw ConnectorError(
                .invalidInput, "`/expression` fails for `/items/\(index)`: \(error)", effect: .none,
                pointer: "/items/\(index)")
        }
    }
}
