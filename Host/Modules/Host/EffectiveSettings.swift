import PatchbayJSON

/// What a connector is told of its settings in one call: the schema's defaults, over them what the operator set, over that
/// what the credential brings along. Members are replaced whole.
struct EffectiveSettings: Sendable {
    private let defaults: JSONObject
    private let defaultBytes: [UInt8]

    init(schema: JSON) {
        var defaults = JSONObject()
        for member in schema["properties"]?.object ?? [:] {
            if let value = member.value["default"] { defaults[member.name] = value }
        }
        self.defaults = defaults
        defaultBytes = JSON.object(defaults).bytes()
    }

    func merged(_ operators: JSON, _ credentials: JSON?) -> (settings: JSONObject, bytes: [UInt8]) {
        let (first, second) = (operators.object ?? JSONObject(), credentials?.object ?? JSONObject())
        guard !first.isEmpty || !second.isEmpty else { return (defaults, defaultBytes) }
        var settings = defaults
        for member in first { settings[member.name] = member.value }
        for member in second { settings[member.name] = member.value }
        return (settings, JSON.object(settings).bytes())
    }
}
