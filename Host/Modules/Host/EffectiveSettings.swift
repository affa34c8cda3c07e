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

    func merged(_ layers: [JSON]) -> (settings: JSONObject, bytes: [UInt8]) {
        var settings = defaults
        var isChanged = false
        for case .object(let layer) in layers {
            for member in layer {
                settings[member.name] = member.value
                isChanged = true
            }
        }
        return (settings, isChanged ? JSON.object(settings).bytes() : defaultBytes)
    }
}
