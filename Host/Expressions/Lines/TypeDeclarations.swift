import PatchbayCore
import PatchbayJSON

/// What `type_env` of a line declares: `[{"name": "x", "ident": "list(int)"}, {"name": "f", "function": [{"overload_id",
/// "params": ["string"], "result": "bool", "instance"?}]}]`, with types as `ValueType.description` writes them.
struct TypeDeclarations {
    private(set) var variables: [String: ValueType] = [:]
    private(set) var functions: [TypeEnvironment.Function] = []

    init(_ request: LineRequest) throws(LineRequest.Refusal) {
        for declaration in request["type_env"]?.array ?? [] {
            guard let name = declaration["name"]?.string else {
                throw LineRequest.Refusal("a declaration of \"type_env\" lacks \"name\"")
            }
            if let type = declaration["ident"] { variables[name] = try Self.type(type) }
            for overload in declaration["function"]?.array ?? [] {
                var parameters: [ValueType] = []
                for parameter in overload["params"]?.array ?? [] { parameters.append(try Self.type(parameter)) }
                functions.append(
                    TypeEnvironment.Function(
                        name: name, id: overload["overload_id"]?.string ?? name, parameters: parameters,
                        result: try overload["result"].map(Self.type) ?? .dyn,
                        isReceiver: overload["instance"]?.bool ?? false))
            }
        }
    }

    private static func type(_ json: JSON) throws(LineRequest.Refusal) -> ValueType {
        if let type = json.string.flatMap({ ValueType($0) }) { return type }
        throw LineRequest.Refusal("\(json.text) is no type", hint: "write one such as \"list(int)\"")
    }
}
