package import PatchbayCore
package import PatchbayJSON

extension CredentialKind {
    /// For people.
    package var title: String {
        switch self {
        case .bearer: "Token"
        case .basic: "User name and password"
        case .apiKey: "API key"
        case .secret: "Shared secret"
        case .oauth2: "OAuth 2.0"
        }
    }

    /// Those of its fields that must not be seen.
    var secretFields: [String] {
        switch self {
        case .bearer, .apiKey, .secret: fields
        case .basic: ["password"]
        case .oauth2: ["client_secret"]
        }
    }

    /// A JSON Schema (2020-12) of the object that its fields make: what a form asks for. Members that are secret are
    /// `writeOnly`: they go in and never come out.
    package var formSchema: JSON {
        var properties = JSONObject()
        for field in fields + optionalFields {
            let isSecret = secretFields.contains(field)
            var schema: JSONObject = [
                "type": "string", "title": .string(Self.titles[field] ?? field), "minLength": 1,
                "maxLength": .int(Int64(CredentialRules.largestField)), "writeOnly": .bool(isSecret),
            ]
            if isSecret { schema["format"] = "password" }
            properties[field] = .object(schema)
        }
        // A connector may know the addresses of its OAuth 2.0 server.
        let required = self == .oauth2 ? ["client_id"] : fields
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "title": .string(title),
            "properties": .object(properties), "required": .array(required.map(JSON.string)),
            "additionalProperties": false,
        ]
    }

    private static let titles = [
        "token": "Token", "username": "User name", "password": "Password", "key": "Key", "value": "Secret",
        "client_id": "Client id", "client_secret": "Client secret", "scopes": "Scopes", "grant": "Grant",
        "authorize_url": "Authorisation URL", "token_url": "Token URL", "revoke_url": "Revocation URL",
        "client_authentication": "How the client proves itself",
    ]
}
