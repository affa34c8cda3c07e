package import PatchbayCore
import PatchbayExpressions
package import PatchbayJSON

/// Where the runs of a workflow version wait: its `concurrency` and `runs_on`, compiled. Pure.
package struct PlacementRule: Sendable {
    private let labels: [String]
    private let concurrency: ConcurrencyRule?
    private let key: CompiledValue?

    /// Of a document that was stored: what cannot be read of it sets no limit here, because the run itself will tell.
    package init(_ document: JSON) {
        var reader = MemberReader(document.object ?? [:], at: "", subject: "the workflow")
        let object = reader.object("concurrency")
        var inner = MemberReader(object ?? [:], at: "/concurrency", subject: "the workflow's concurrency")
        concurrency = object == nil ? nil : ConcurrencyRule(reading: &inner)
        labels = WorkerLabel.sorted((document["runs_on"]?.array ?? []).compactMap(\.string).filter(WorkerLabel.isValid))
        key = concurrency?.key.flatMap { try? Self.compile($0) }
    }

    /// The key of a rule, or what is wrong with it. It is evaluated before there is a step, so that it can name none.
    static func compile(_ key: String) throws(CompilationFailure) -> CompiledValue {
        try CompiledValue(compiling: .string(key), names: KnownNames(steps: []))
    }

    /// What is wrong with a rule's key.
    static func problems(of rule: ConcurrencyRule?) -> [Problem] {
        guard let key = rule?.key else { return [] }
        do throws(CompilationFailure) {
            _ = try compile(key)
            return []
        } catch {
            return error.errors.map { error in
                Problem(
                    code: error.code.rawValue, pointer: "/concurrency/key",
                    message: "line \(error.line), column \(error.column): \(error.message)", hint: error.hint)
            }
        }
    }

    /// Whether every run has the same place, so that nothing needs to be evaluated.
    package var isTrivial: Bool { labels.isEmpty && concurrency == nil }

    /// The place of a run. `trigger` is what expressions see under that name.
    package func placement(
        of record: RunRecord, trigger: JSON, environment: [String: String]
    ) -> RunPlacement {
        guard let concurrency else { return RunPlacement(labels: labels) }
        do throws(StepError) {
            let key = try groupKey(of: record, trigger, environment)
            return RunPlacement(
                labels: labels,
                group: RunPlacement.Group(key: key, limit: concurrency.limit, conflict: concurrency.conflict))
        } catch {
            return RunPlacement(labels: labels, failure: error.json)
        }
    }

    private func groupKey(
        of record: RunRecord, _ trigger: JSON, _ environment: [String: String]
    ) throws(StepError) -> String {
        guard let key else { return "" }
        let scope = Scope(
            trigger: trigger, env: environment,
            run: record.runNames, workflow: record.workflowNames)
        let value: JSON
        do throws(ExpressionError) {
            value = try key.evaluate(in: scope)
        } catch {
            throw StepError(code: "expression", message: "The workflow's concurrency key: \(error.description)")
        }
        let text: String
        switch value {
        case .string(let string): text = string
        case .int, .uint, .double, .bool: text = value.text
        default:
            throw StepError(
                code: "expression",
                message: "The workflow's concurrency key gave \(value.kind); it has to give a text or a number.")
        }
        guard text.utf8.count <= RunPlacement.Group.longestKey else {
            throw StepError(
                code: "expression",
                message: "The workflow's concurrency key has \(text.utf8.count) bytes and may have "
                    + "\(RunPlacement.Group.longestKey). Use an id, or hash what is longer.")
        }
        return text
    }
}
