extension ValueType {
    /// For people who write expressions: `string`, `list(object)`, `string or null`, `any` for what is not known. CEL's own
    /// notation is `description`.
    package var title: String {
        switch self {
        case .dyn: "any"
        case .object: "object"
        case .list(let element): "list(\(element.title))"
        case .map(let key, let value): "map(\(key.title), \(value.title))"
        case .type: "type"
        case .optional(let type): "optional(\(type.title))"
        case .wrapper(let type): "\(type.title) or null"
        case .opaque(let name, _), .parameter(let name): name
        case .null, .timestamp, .duration: shortTitle
        default: runtimeName
        }
    }

    private var shortTitle: String { self == .null ? "null" : shortName }
}
