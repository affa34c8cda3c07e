import HTTPTypes
package import PatchbayJSON

/// The API as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1), made of the routes' descriptions and of the
/// table of who may call them.
package struct OpenAPIDocument {
    package let json: JSON

    /// `server` is where the host is reached; nil: where the document is.
    package init(version: String, server: String?) {
        let guarded = DescriptionTable.guarded.map { OpenAPIOperation($0, rule: AccessTable.rule($0.method, $0.path)) }
        let open = DescriptionTable.open.map { OpenAPIOperation($0, rule: nil) }
        json = [
            "openapi": "3.1.1",
            "info": [
                "title": "Patchbay", "version": .string(version),
                "summary": "Workflows whose integrations are native modules.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": .string(server ?? "/")]],
            "tags": .array(Description.Tag.allCases.map { ["name": .string($0.rawValue)] }),
            "paths": .object(Self.paths(open + guarded)),
            "components": .object(Self.components),
        ]
    }

    private static func paths(_ operations: [OpenAPIOperation]) -> JSONObject {
        var paths: JSONObject = [:]
        for operation in operations {
            var item = paths[operation.path]?.object ?? [:]
            item["parameters"] = operation.pathParameters
            item[operation.method] = operation.json
            paths[operation.path] = .object(item)
        }
        return paths
    }

    private static var components: JSONObject {
        var schemas: JSONObject = [:]
        for (name, shape) in Components.all { schemas[name] = .object(shape.schema) }
        return [
            "schemas": .object(schemas),
            "securitySchemes": [
                "key": [
                    "type": "http", "scheme": "bearer", "description": "The installation's key, or an API key.",
                ],
                "session": [
                    "type": "apiKey", "in": "cookie", "name": "patchbay_session",
                    "description": .string(
                        "Of somebody who has signed in; `__Host-patchbay_session` behind TLS. What changes something "
                            + "carries `X-CSRF-Token` too."),
                ],
            ],
            "headers": [
                "RequestID": ["description": "The request's name, in logs too.", "schema": ["type": "string"]],
                "Limit": ["description": "Requests a minute.", "schema": ["type": "integer"]],
                "Remaining": ["description": "What is left of them.", "schema": ["type": "integer"]],
                "Reset": [
                    "description": "When all begins anew, in seconds since 1970.", "schema": ["type": "integer"],
                ],
            ],
        ]
    }
}
