import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct ConnectorRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a version from all hosts, unless a workflow or a run needs it.")

    @OptionGroup var change: ConnectorChange

    @Flag(help: "Let it go as soon as nobody needs it any more; the running hosts see to that.") var retire = false

    func run() async throws {
        let pin = try change.pin()
        try await Storage.using(change.host) { storage in
            let now = SystemTime().now
            if retire {
                guard try await storage.connectors.set(.retiring, of: pin, by: Caller.name, at: now) != nil else {
                    throw ConnectorChange.missing(pin)
                }
                try await storage.took(pin, .retiring)
                return try tell(try await storage.connectors.needs(of: pin, limit: 20), pin)
            }
            switch try await storage.connectors.remove(pin, by: Caller.name, at: now) {
            case .removed(let removed):
                try await storage.took(.connectorRemoved, "connector", pin.description, in: nil)
                if change.json { Console.print(json: removed.shown) } else { Console.print("\(pin) is removed.") }
            case .notInstalled: throw ConnectorChange.missing(pin)
            case .needed(let needs): try tell(needs, pin)
            }
        }
    }

    private func tell(_ needs: ConnectorNeeds, _ pin: ConnectorPin) throws {
        if change.json {
            Console.print(json: [
                "connector": .string(pin.connector), "version": .string(pin.version.description),
                "retiring": .bool(retire), "workflow_count": .int(Int64(needs.workflowCount)),
                "workflows": .array(needs.workflows.map { .string($0.id.description) }),
                "run_count": .int(Int64(needs.runCount)), "runs": .array(needs.runs.map { .string($0.description) }),
            ])
        } else {
            let counts = "\(needs.workflowCount) workflows and \(needs.runCount) runs"
            Console.note("\(pin) is needed by \(counts)" + (retire ? "; it leaves seconds after nobody does." : "."))
            for workflow in needs.workflows { Console.note("  \(workflow.id)  \(workflow.name)") }
            for run in needs.runs { Console.note("  \(run)") }
            if !retire {
                Console.note("Move the workflows to another version, or let it go later: --retire")
            }
        }
        if !retire { throw ExitCode.failure }
    }
}
