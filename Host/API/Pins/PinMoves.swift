import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// Gives workflows another version of a connector: a new workflow version, planned as one that somebody saves.
struct PinMoves: Sendable {
    let workflows: WorkflowRoutes
    let inventory: any ConnectorInventory
    let changes: @Sendable (JSON, JSON) -> JSON
    let clock: any TimeSource

    /// What a move comes to.
    struct Outcome: Sendable {
        var workflow: WorkflowRecord
        /// The workflow's version that it began with.
        var from: Int
        var to: ConnectorPin
        var places: [ConnectorPin.Change]
        var manifests: JSON
        var problems: [Problem]
        var isApplied: Bool
        var isTrial: Bool
    }

    /// The version that workflows get which do not name one.
    func newest(of connector: String) throws(APIError) -> Version {
        if let newest = inventory.versions(of: connector).first { return newest }
        throw .noConnector(connector, version: "", among: inventory.listings())
    }

    /// The version that the workflow named before the one it names now.
    func earlier(of connector: String, in id: WorkflowID, _ context: APIContext) async throws -> ConnectorPin {
        guard let record = try await workflows.workflows.workflow(id, in: context.tenant) else {
            throw APIError.noWorkflow(id)
        }
        var present: Set<ConnectorPin>?
        var cursor: String?
        repeat {
            let page = try await workflows.workflows.versions(
                of: id, in: context.tenant, page: PageRequest(limit: PageRequest.largest, cursor: cursor))
            for version in page.items {
                let pins = ConnectorPin.all(in: version.document).filter { $0.connector == connector }
                guard let now = present else {
                    present = pins
                    continue
                }
                if pins.count == 1, let pin = pins.first, pins != now { return pin }
            }
            cursor = page.next
        } while cursor != nil
        throw APIError(
            .noEarlierVersion,
            "No earlier version of the workflow uses another version of the connector \(connector.quoted).",
            details: [
                "connector": .string(connector.shortened(to: 80)), "workflow_id": .string(record.id.description),
                "versions": .array((present ?? []).map { .string($0.version.description) }),
            ])
    }

    func move(
        _ id: WorkflowID, to pin: ConnectorPin, isTrial: Bool, in context: APIContext
    ) async throws -> Outcome {
        let store = workflows.workflows
        guard let record = try await store.workflow(id, in: context.tenant),
            let version = try await store.version(record.version, of: id, in: context.tenant)
        else { throw APIError.noWorkflow(id) }
        let (document, places) = ConnectorPin.replacing(pin.connector, by: pin.version, in: version.document)
        var outcome = Outcome(
            workflow: record, from: record.version, to: pin, places: places, manifests: manifests(places, pin),
            problems: [], isApplied: false, isTrial: isTrial)
        guard !places.isEmpty else { return outcome }
        let planning = try await workflows.planning(of: document, in: context)
        outcome.problems =
            try await planning.problems
            + workflows.recalls.problems(in: planning.document) { version.document }
        guard !isTrial, outcome.problems.isEmpty else { return outcome }
        let now = clock.now
        let updated = try await store.update(
            id, in: context.tenant, name: planning.name, about: planning.about, document: planning.document,
            webhooks: planning.records(of: id, in: context.tenant, at: now), expecting: record.version, at: now)
        guard let updated else { throw APIError.noWorkflow(id) }
        (outcome.workflow, outcome.isApplied) = (updated, true)
        return outcome
    }

    /// By the version that is left: how the manifest changes.
    private func manifests(_ places: [ConnectorPin.Change], _ pin: ConnectorPin) -> JSON {
        guard let target = inventory.manifest(of: pin.connector, version: pin.version) else { return [:] }
        var object = JSONObject()
        for version in Set(places.map(\.before.version)).sorted() {
            guard let source = inventory.manifest(of: pin.connector, version: version) else { continue }
            object[version.description] = changes(source, target)
        }
        return .object(object)
    }
}

extension PinMoves.Outcome {
    var json: JSON {
        [
            "workflow_id": .string(workflow.id.description), "name": .string(workflow.name),
            "connector": .string(to.connector), "to": .string(to.version.description),
            "from_version": .int(Int64(from)), "version": .int(Int64(workflow.version)), "applied": .bool(isApplied),
            "places": .array(
                places.map {
                    [
                        "pointer": .string($0.pointer.description), "before": .string($0.before.description),
                        "after": .string($0.after.description),
                    ]
                }),
            "changes": manifests, "problems": .problems(problems),
        ]
    }

    /// For one workflow: that it could not be moved is an error, unless it was only asked for.
    func answered() throws(APIError) -> JSON {
        guard problems.isEmpty || isTrial else {
            throw .invalid(problems, what: "workflow with \(to)")
        }
        return json
    }
}
