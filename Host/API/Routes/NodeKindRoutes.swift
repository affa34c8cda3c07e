import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// What nodes there are, for editors: each kind's schema says what may stand in such a node.
struct NodeKindRoutes {
    var routes: [Route] { [Route(.get, "/node-kinds", list), Route(.get, "/node-kinds/:kind", get)] }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return Response(["items": .array(NodeKind.allCases.map { .object(listing(of: $0)) }), "next_cursor": .null])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let word = context.parameter("kind")
        guard let kind = NodeKind(rawValue: word) else {
            var details: JSONObject = ["kind": .string(word.shortened(to: 80))]
            if let nearest = Suggestion.nearest(to: word, among: NodeKind.allCases.map(\.rawValue)) {
                details["suggestion"] = .string(nearest)
            }
            throw APIError(
                .nodeKindNotFound, "There is no kind of node \(word.shortened(to: 80).quoted).", details: details)
        }
        var answer = listing(of: kind)
        answer["schema"] = kind.jsonSchema
        return Response(.object(answer))
    }

    private func listing(of kind: NodeKind) -> JSONObject {
        [
            "kind": .string(kind.rawValue), "title": .string(kind.schema.title),
            "description": .string(kind.schema.about), "is_trigger": .bool(kind.isTrigger),
            "parameters": .string(kind.parameters), "bodies": .array(kind.bodies.map(JSON.string)),
        ]
    }
}
