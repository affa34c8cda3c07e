import PatchbayCore
import PatchbayJSON
import PatchbaySchemas

/// A connector's settings as an operator sets them: an object of those members that the operator wants otherwise.
struct SettingsBody {
    let settings: JSON

    /// Checks the members against the manifest's schema. None of them is required here: what is missing comes from
    /// defaults or with a credential.
    init(_ body: JSON, manifest: JSON) throws {
        guard body.object != nil else {
            throw APIError.invalid(
                [
                    Problem(
                        code: "wrong-type", pointer: "", message: "settings are an object, and this is \(body.article)")
                ],
                what: "body")
        }
        var schema = manifest["settings"]?.object ?? ["additionalProperties": false]
        schema["required"] = nil
        let violations = try Schema(.object(schema)).validate(body)
        guard violations.isEmpty else {
            throw APIError.invalid(
                violations.map {
                    Problem(
                        code: "invalid-setting", pointer: $0.instance.description, message: $0.message, hint: $0.hint)
                }, what: "body")
        }
        settings = body
    }
}
