import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayJSON
import PatchbaySecurity

/// What an expression may name where it is tried out, and the values behind the names.
struct ExpressionGround {
    var names: KnownNames
    /// Empty where only names and types are known.
    var scope = Scope(trigger: .null)
    /// Steps that have no output yet where the expression stands.
    var unreadable: [String: Problem] = [:]
}

/// Finds what requests about expressions speak of.
struct ExpressionGrounds {
    let workflows: any WorkflowStore
    let runs: any RunStore
    let vault: CredentialVault
    let planner: Planner
    let surroundings: @Sendable () -> Surroundings

    /// - Parameter areTyped: the values of a context stand for others like them, whose types count.
    func ground(
        _ wanted: ExpressionBody.Ground, in tenant: TenantID, areTyped: Bool
    ) async throws -> ExpressionGround {
        switch wanted {
        case .nothing: try context([:], areTyped: areTyped)
        case .context(let json): try context(json, areTyped: areTyped)
        case .workflow(let document, let node):
            try workflow(document, node, try await vault.list(in: tenant))
        case .run(let id, let node): try await run(id, node, in: tenant)
        }
    }

    private func context(_ json: JSON, areTyped: Bool) throws(APIError) -> ExpressionGround {
        do throws(TemplateContext.Refusal) {
            let context = try TemplateContext(json, surroundings: surroundings())
            return ExpressionGround(names: areTyped ? context.typedNames : context.names, scope: context.scope)
        } catch {
            let problem = Problem(code: "bad-context", pointer: "/context", message: error.message, hint: error.hint)
            throw .invalid([problem], what: "body")
        }
    }

    private func workflow(
        _ document: JSON, _ node: String?, _ credentials: [CredentialRecord]
    ) throws(APIError) -> ExpressionGround {
        if let found = planner.names(in: document, at: node, credentials: credentials) {
            return ExpressionGround(names: found.names, unreadable: found.unreadable)
        }
        guard let node, planner.names(in: document) != nil else {
            let problems = planner.plan(document).problems.map { problem in
                var problem = problem
                problem.pointer = "/workflow" + problem.pointer
                return problem
            }
            throw .invalid(problems, what: "workflow")
        }
        throw .noNode(node)
    }

    private func run(_ id: RunID, _ node: String?, in tenant: TenantID) async throws -> ExpressionGround {
        guard let record = try await runs.run(id, in: tenant) else { throw APIError.noRun(id) }
        let run = RunScope(of: record, entries: try await runs.entries(of: id, in: tenant))
        // The workflow may have been deleted since.
        let version = try await workflows.version(record.version, of: record.workflow, in: tenant)
        var ground = ExpressionGround(names: KnownNames(steps: run.nodes))
        if let version {
            ground = try workflow(version.document, node, try await vault.list(in: tenant))
        } else if let node, !run.nodes.contains(node) {
            throw APIError.noNode(node)
        }
        ground.scope = run.scope(
            at: node, loops: ground.names.loops, environment: planner.environment, surroundings: surroundings())
        return ground
    }
}

extension APIError {
    fileprivate static func noNode(_ id: String) -> APIError {
        .invalid(
            [Problem(code: "unknown-node", pointer: "/node", message: "there is no node \(id.quoted) in the workflow")],
            what: "body")
    }
}
