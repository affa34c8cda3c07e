import PatchbayJSON

@testable import PatchbayModules

/// The fixture `well-behaved.c`, built with the C header that authors use.
enum WellBehavedConnector {
    static let manifest: JSON = [
        "manifest_version": 1, "id": "well-behaved", "version": "1.0.0", "name": "Well-behaved",
        "summary": "For tests.", "category": "utility", "abi": ["major": 1, "least_minor": 0],
        "sdk": ["name": "none", "version": "1.0.0", "language": "c", "runtime": "none"], "isolation": "runner",
        "permissions": ["hosts": ["api.acme.example"], "credentials": []],
        "limits": ["concurrency": 8, "timeout_ms": 30_000], "settings": ["type": "object"],
        "operations": [
            operation("greet", ["greeting": ["type": "string"]]), operation("fetch", ["size": ["type": "integer"]]),
        ],
    ]

    private static func operation(_ id: String, _ output: JSON) -> JSON {
        [
            "id": .string(id), "kind": "action", "title": .string(id), "summary": "For tests.", "effect": "read",
            "input": [
                "type": "object",
                "properties": ["name": ["type": "string", "minLength": 1], "times": ["type": "integer"]],
                "required": ["name"],
            ],
            "output": ["type": "object", "properties": output],
            "examples": [["title": "One", "input": ["name": "you"]]],
        ]
    }

    /// - Parameter manifest: Another one than its own.
    static func build(in folder: TemporaryFolder, manifest: JSON = WellBehavedConnector.manifest) throws -> String {
        let numbers = folder.file("well-behaved.manifest"), library = folder.file("well-behaved.so")
        let bytes = manifest.bytes().map(String.init).joined(separator: ",")
        try FileSystem.write(Array(bytes.utf8), to: numbers, mode: 0o644)
        try Compiler.run([
            "-shared", "-fPIC", "-std=gnu11", "-Wall", "-Wextra", "-I", BuildFolder.headers,
            "-I", BuildFolder.sources + "/ConnectorSDK/C", "-DPBC_ID=\"well-behaved\"", "-DPBC_VERSION=\"1.0.0\"",
            "-DPBC_MANIFEST_FILE=\"\(numbers)\"", "-Wl,--version-script=\(BuildFolder.versionScript)", "-o", library,
            BuildFolder.sources + "/Tests/ModulesTests/Fixtures/well-behaved.c", "-lpthread",
        ])
        return library
    }
}
