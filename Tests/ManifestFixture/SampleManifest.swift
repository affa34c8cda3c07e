package import PatchbayJSON
package import PatchbayModules
import Testing

/// A manifest with a little of everything, for tests that change one thing of it.
package enum SampleManifest {
    package static func make(_ version: String = "1.2.3") -> JSON {
        [
            "manifest_version": 1, "id": "acme", "version": .string(version), "name": "Acme",
            "summary": "Orders of an Acme shop.", "category": "commerce", "license": "Apache-2.0",
            "abi": ["major": 1, "least_minor": 0],
            "sdk": ["name": "connector-sdk-swift", "version": "1.0.0", "language": "swift", "runtime": "swift-static"],
            "isolation": "runner",
            "permissions": [
                "hosts": ["api.acme.example", ["setting": "base_url"]],
                "credentials": [
                    [
                        "name": "account", "title": "API token", "about": "From *Settings*.", "required": true,
                        "access": "inject",
                        "kinds": [
                            ["kind": "bearer"], ["kind": "api_key", "in": "header", "name": "X-Key", "prefix": ""],
                        ],
                    ],
                    [
                        "name": "extra", "title": "Second", "required": false, "access": "inject",
                        "kinds": [["kind": "basic"]],
                    ],
                ],
            ],
            "limits": ["concurrency": 8, "timeout_ms": 30_000], "settings": settings,
            "operations": [createOrder, getOrder],
        ]
    }

    private static let settings: JSON = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "base_url": ["type": "string", "description": "Where the API is.", "default": "https://api.acme.example"]
        ],
    ]

    private static let createOrder: JSON = [
        "id": "create_order", "kind": "action", "title": "Create an order", "summary": "Creates an order.",
        "effect": "write", "idempotent": true, "timeout_ms": 20_000, "credential": "account",
        "input": [
            "type": "object", "required": ["customer"], "additionalProperties": false,
            "properties": [
                "customer": ["type": "string", "description": "Id of the customer.", "minLength": 1],
                "quantity": ["type": "integer", "minimum": 1, "maximum": 100, "default": 1],
                "priority": ["enum": ["low", "high"], "default": "low"],
                "lines": ["type": "array", "items": ["type": "object", "properties": ["sku": ["type": "string"]]]],
            ],
        ],
        "output": [
            "type": "object", "required": ["order_id"], "additionalProperties": false,
            "properties": [
                "order_id": ["type": "string"], "state": ["enum": ["open", "closed"]], "note": ["type": "string"],
            ],
        ],
        "examples": [["title": "Two", "input": ["customer": "c1", "quantity": 2]]],
    ]

    private static let getOrder: JSON = [
        "id": "get_order", "kind": "action", "title": "Get an order", "effect": "read",
        "input": ["type": "object", "properties": ["order_id": ["type": "string"]], "required": ["order_id"]],
        "output": [
            "$ref": "#/$defs/order", "$defs": ["order": ["type": "object", "properties": ["id": ["type": "string"]]]],
        ],
    ]
}

/// A comparison of the sample with a changed copy of it.
package func comparing(
    _ old: String = "1.2.3", with new: String, _ edits: [(pointer: String, value: JSON?)]
) throws -> ManifestComparison {
    let before = try #require(Manifest.read(SampleManifest.make(old), as: .declared).manifest)
    let changed = edits.reduce(SampleManifest.make(new)) { $0.replacing($1.pointer, with: $1.value) }
    let reading = Manifest.read(changed, as: .declared)
    let after = try #require(reading.manifest, "\(reading.problems)")
    return ManifestComparison(before, after)
}

package func comparing(_ edits: [(pointer: String, value: JSON?)]) throws -> ManifestComparison {
    try comparing("1.2.3", with: "1.2.4", edits)
}
