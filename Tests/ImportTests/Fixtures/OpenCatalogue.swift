import PatchbayCore
import PatchbayEngine
import PatchbayImport
import PatchbayJSON
import Testing

/// Has the connectors that the importer knows, whose actions take and give any object.
struct OpenCatalogue: ConnectorCatalogue {
    var connectors = [
        "anthropic", "aws-lambda", "aws-s3", "aws-sns", "aws-sqs", "email", "github", "http", "javascript", "jira",
        "openai",
        "postgresql", "redis", "rss", "slack", "transform",
    ]

    func versions(of connector: String) -> [Version] {
        connectors.contains(connector) ? [Version(major: 1, minor: 0, patch: 0)] : []
    }

    func operations(of connector: String, version: Version) -> [String] { [] }

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        guard connectors.contains(reference.connector) else { return .failure(.unknownConnector) }
        let tells = ["new_entries", "new_messages"].contains(reference.operation)
        let members: JSON = tells ? ["properties": ["cursor": [:], "events": [:]]] : [:]
        return .success(
            OperationDeclaration(
                reference: reference, title: reference.operation, effect: .write, isIdempotent: false,
                inputSchema: members == [:] ? ["type": "object"] : members,
                outputSchema: members == [:] ? ["type": "object"] : members, credential: nil, timeout: 20_000))
    }
}

/// Documents of n8n in a few words.
enum Workshop {
    static let planner = Planner(catalogue: OpenCatalogue(), environment: ["CHANNEL": "#ops"])

    static func node(
        _ name: String, _ type: String, _ version: JSON = 1, _ parameters: JSON = [:], _ more: JSONObject = [:]
    ) -> JSON {
        var object: JSONObject = [
            "name": .string(name), "type": .string(type.contains(".") ? type : "n8n-nodes-base." + type),
            "typeVersion": version, "parameters": parameters, "position": [0, 0],
        ]
        for member in more { object[member.name] = member.value }
        return .object(object)
    }

    /// Ways such as `A > B` and `A:1 > B:0`.
    static func document(_ nodes: [JSON], _ ways: [String], _ more: JSONObject = [:]) -> JSON {
        var connections: [String: [[JSON]]] = [:]
        for way in ways {
            let ends = way.split(separator: " > ").map { $0.split(separator: ":") }
            let (source, output) = (String(ends[0][0]), ends[0].count > 1 ? Int(ends[0][1]) ?? 0 : 0)
            let input = Int64(ends[1].count > 1 ? Int(ends[1][1]) ?? 0 : 0)
            var outputs = connections[source] ?? []
            while outputs.count <= output { outputs.append([]) }
            outputs[output].append(["node": .string(String(ends[1][0])), "type": "main", "index": .int(input)])
            connections[source] = outputs
        }
        var object: JSONObject = ["name": "Test", "nodes": .array(nodes)]
        var all = JSONObject()
        for (name, outputs) in connections.sorted(by: { $0.key < $1.key }) {
            all[name] = ["main": .array(outputs.map(JSON.array))]
        }
        object["connections"] = .object(all)
        for member in more { object[member.name] = member.value }
        return .object(object)
    }

    /// The translation, which can be planned as it is.
    static func translate(_ document: JSON) throws -> WorkflowImport {
        let result = try WorkflowImport(n8n: document, planner: planner)
        #expect(result.problems == [])
        #expect(planner.plan(result.document).problems == [])
        return result
    }

    static let start = node("Start", "manualTrigger")

    /// One node behind a trigger.
    static func alone(_ node: JSON, behind trigger: JSON = start) throws -> WorkflowImport {
        let name = node["name"]?.string ?? ""
        return try translate(document([trigger, node], ["\(trigger["name"]?.string ?? "") > \(name)"]))
    }
}

extension WorkflowImport {
    /// A node of the document, those in loops too.
    subscript(id: String) -> JSON? { Self.find(id, in: document) }

    private static func find(_ id: String, in graph: JSON) -> JSON? {
        for node in graph["nodes"]?.array ?? [] {
            if node["id"]?.string == id { return node }
            if let body = node["body"], let found = find(id, in: body) { return found }
        }
        return nil
    }

    var edges: Set<String> {
        Set(
            (document["edges"]?.array ?? []).map { edge in
                "\(edge["source"]?.string ?? "")\(edge["port"]?.string.map { ":" + $0 } ?? "") > "
                    + (edge["target"]?.string ?? "")
            })
    }

    func verdict(_ name: String) -> ImportReport.Verdict? { report.nodes.first { $0.name == name }?.verdict }
    func reasons(_ name: String) -> String {
        report.nodes.first { $0.name == name }?.reasons.joined(separator: "\n") ?? ""
    }
}
