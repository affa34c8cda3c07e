import ManifestFixture
import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules
import PatchbaySecurity

/// Templates and packages as somebody else makes them.
enum Sample {
    static func template(
        _ name: String = "greeter", version: String = "1.0.0", about: String = "Says hello"
    ) throws -> TemplateDocument {
        let json: JSON = [
            "name": .string(name), "version": .string(version), "description": .string(about), "author": "gorax-team",
            "category": "devops", "tags": ["greeting"],
            "required_connectors": [["id": "acme", "version": "^1.0.0"]],
            "required_credentials": [["name": "TOKEN", "type": "acme"]],
            "workflow": [
                "name": "Greeter",
                "nodes": [
                    ["id": "start", "type": "manual"],
                    [
                        "id": "get", "type": "action", "uses": "acme/get_order", "credential": "TOKEN",
                        "input": ["id": "1"],
                    ],
                ],
                "edges": [["source": "start", "target": "get"]],
            ],
        ]
        guard let document = TemplateDocument.read(json).document else { throw SampleFailure(json: json) }
        return document
    }

    static func package(version: String = "1.0.0") throws -> ConnectorPackage {
        let library = Array("not really a library \(version)".utf8)
        var document = SampleManifest.make().object ?? [:]
        document["version"] = .string(version)
        document["platform"] = ["os": "linux", "arch": "x86_64"]
        document["library"] = [
            "file": "acme.so", "sha256": .string(Digest.sha256Hex(library)), "size": .int(Int64(library.count)),
        ]
        return try ConnectorPackage.pack([
            PackageFile(name: "manifest.json", bytes: JSON.object(document).bytes()),
            PackageFile(name: "acme.so", bytes: library),
        ])
    }

    private struct SampleFailure: Error { var json: JSON }
}
