import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

/// What somebody wants to know of a template before they install it: what it does, what it needs, and what its connectors may.
struct TemplatePreview {
    let document: TemplateDocument
    let inventory: any ConnectorInventory

    var json: JSON {
        [
            "name": .string(document.name), "version": .string(document.version.description), "graph": graph,
            "credentials": .array(document.credentials.map(\.json)),
            "connectors": .array(document.connectors.map(connector)),
            "parameters": .array(document.parameters.map(\.json)),
            "sample_input": document.sampleInput ?? .null, "expected": document.expected ?? .null,
        ]
    }

    /// As far as the workflow can be read.
    private var graph: JSON {
        let workflow = WorkflowDocument.read(document.workflow).document
        let nodes = workflow?.nodes.flatMap(\.all) ?? []
        return [
            "nodes": .array(
                nodes.map {
                    [
                        "id": .string($0.id), "type": .string($0.kind.rawValue),
                        "uses": $0.uses.map(JSON.string) ?? .null,
                    ]
                }),
            "edges": .array(
                (workflow?.edges ?? []).map {
                    [
                        "source": .string($0.source), "target": .string($0.target),
                        "port": $0.port.map(JSON.string) ?? .null,
                    ]
                }),
        ]
    }

    /// A connector with the version that a workflow would get now, and what that one may.
    func connector(_ need: ConnectorNeed) -> JSON {
        let installed = inventory.versions(of: need.connector).first { need.range.contains($0) }
        let manifest = installed.flatMap { inventory.manifest(of: need.connector, version: $0) }
        return [
            "id": .string(need.connector), "version": .string(need.versions),
            "installed": installed.map { .string($0.description) } ?? .null,
            "permissions": manifest?["permissions"] ?? .null,
        ]
    }
}
