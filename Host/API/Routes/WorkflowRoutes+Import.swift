import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayImport
import PatchbayJSON

/// Workflows of other products. Nothing is saved: who has read the report saves the document as any other, perhaps after adding
/// what is missing.
extension WorkflowRoutes {
    /// Products that there are translations from.
    private static let sources = ["n8n"]

    @Sendable func translate(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["from"])
        let source = query.read("from", expecting: "n8n") { Self.sources.contains($0) ? $0 : nil }
        try query.check()
        let json = try await request.json(limit: limits.body)
        guard source != nil else {
            let problem = Problem(
                code: "missing-parameter", pointer: "from", message: "'from' is missing", hint: "write ?from=n8n")
            throw APIError.invalid([problem], what: "query")
        }
        let listing = try await listing(in: context.tenant)
        let result: WorkflowImport
        do throws(ImportRefusal) {
            result = try WorkflowImport(n8n: json, planner: planner, workflows: listing)
        } catch {
            let problem = Problem(
                code: "not-importable", pointer: error.pointer, message: error.message, hint: error.hint)
            throw APIError.invalid([problem], what: "document")
        }
        let planning = try await planning(of: result.document, in: context)
        return Response([
            "document": planning.document, "report": result.report.json, "text": .string(result.report.text),
            "problems": .problems(planning.problems),
        ])
    }
}
