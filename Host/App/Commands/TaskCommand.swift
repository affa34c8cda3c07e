import ArgumentParser
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayStorage

/// `patchbay task`: what people are asked, from the host's own machine.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "List, show, decide and comment on what people are asked.",
        subcommands: [List.self, Show.self, Decide.self, Comment.self])

    /// Whose tasks.
    struct Place: ParsableArguments {
        @Option(help: "A tenant's id (ten_…). [default: the first tenant]") var tenant: String?

        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard tenant.map({ TenantID($0) != nil }) ?? true else {
                throw ValidationError("--tenant is a tenant's id: ten_ and 26 characters.")
            }
        }

        var id: TenantID { tenant.flatMap { TenantID($0) } ?? .initial }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List tasks, the newest first.")

        @OptionGroup var host: HostOptions
        @OptionGroup var place: Place

        @Option(name: .customLong("for"), help: "Only those that this person is asked in (an address).")
        var person: String?

        @Option(help: "open, decided, expired, failed or withdrawn.") var status = "open"

        @Option(help: "At most so many; 1 to 200.") var limit = 50

        func run() async throws {
            guard let status = TaskState.Status(rawValue: status) else {
                let words = TaskState.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure("There is no such status; there are \(words).")
            }
            var filter = TaskFilter()
            filter.statuses = [status]
            filter.person = try person.map(TaskCommand.address)
            let wanted = filter
            try await Storage.using(host) { storage in
                let tasks = try await storage.api.tasks.tasks(
                    in: place.id, matching: wanted, page: PageRequest(limit: limit)
                ).items
                if place.json { return Console.print(json: ["items": .array(tasks.map(\.shown))]) }
                Console.print(
                    table: tasks.map { task in
                        [
                            task.id.description, task.state.status.rawValue, task.state.openedAt.description,
                            task.state.people.joined(separator: ","), task.state.task.title,
                        ]
                    }, heading: ["TASK", "STATUS", "OPENED", "ASKED", "TITLE"], empty: "There are no such tasks.")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a task with what was done in it, as JSON.")

        @OptionGroup var host: HostOptions
        @OptionGroup var place: Place

        @Argument(help: "A task's id (task_…).") var task: String

        func run() async throws {
            try await Storage.using(host) { storage in
                let task = try await TaskCommand.task(task, place, storage)
                try await TaskCommand.print(task, storage)
            }
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide a task for somebody who is asked.",
            discussion: "The log says who gave the command on this machine, and for whom.")

        @OptionGroup var host: HostOptions
        @OptionGroup var place: Place

        @Argument(help: "A task's id (task_…).") var task: String

        @Argument(help: "The value of one of its options.") var decision: String

        @Option(name: .customLong("as"), help: "Who decides: an address that is asked.") var person: String

        @Option(help: "Why.") var comment = ""

        @Option(help: "What its form asks for, as JSON.") var form: String?

        func run() async throws {
            let form = try form.map { text in
                do {
                    return try JSON(parsing: Array(text.utf8))
                } catch {
                    throw CommandFailure("--form is no JSON: \(error)")
                }
            }
            let address = try TaskCommand.address(person)
            try await Storage.using(host) { storage in
                let task = try await TaskCommand.task(task, place, storage)
                let problems = try TaskForm.problems(form ?? .null, of: task.state.task)
                guard problems.isEmpty else {
                    throw CommandFailure(problems.map { "\($0.pointer): \($0.message)" }.joined(separator: "\n"))
                }
                let choice = TaskChoice(value: decision, comment: comment, form: form ?? .null)
                let actor = TaskActor(address: address, name: "command", way: .command)
                let changed = try await TaskCommand.act(
                    .decided(by: actor, choice),
                    TaskEntry(
                        .decided, at: SystemTime().now, by: actor.json, data: choice.entry(of: task.state.task)),
                    on: task, storage)
                try await storage.took(
                    .taskDecided, "task", task.id.description, in: place.id,
                    details: ["decision": .string(decision), "address": .string(address)])
                if place.json { return try await TaskCommand.print(changed, storage) }
                Console.print("\(changed.id) is \(changed.state.status.rawValue).")
            }
        }
    }

    struct Comment: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Comment on a task.")

        @OptionGroup var host: HostOptions
        @OptionGroup var place: Place

        @Argument(help: "A task's id (task_…).") var task: String

        @Argument(help: "The comment.") var comment: String

        func run() async throws {
            guard (1...TaskChoice.longestComment).contains(comment.unicodeScalars.count) else {
                throw CommandFailure("A comment has 1 to \(TaskChoice.longestComment) characters.")
            }
            try await Storage.using(host) { storage in
                let task = try await TaskCommand.task(task, place, storage)
                let actor = TaskActor(address: nil, name: "command", isManager: true, way: .command)
                let changed = try await TaskCommand.act(
                    .commented(by: actor, comment),
                    TaskEntry(.commented, at: SystemTime().now, by: actor.json, data: ["comment": .string(comment)]),
                    on: task, storage)
                try await storage.took(.taskCommented, "task", task.id.description, in: place.id)
                if place.json { return try await TaskCommand.print(changed, storage) }
                Console.print("Noted.")
            }
        }
    }

    // MARK: What they share

    static func address(_ text: String) throws -> String {
        guard let address = EmailAddress.canonical(text) else {
            throw CommandFailure("`\(text)` is no address; write name@example.com")
        }
        return address
    }

    fileprivate static func task(_ text: String, _ place: Place, _ storage: Storage) async throws -> TaskRecord {
        guard let id = TaskID(text), let task = try await storage.api.tasks.task(id, in: place.id) else {
            throw CommandFailure("There is no task \(text). See: patchbay task list")
        }
        return task
    }

    /// The run that waits hears of it from the database, as soon as a host looks.
    fileprivate static func act(
        _ event: TaskEvent, _ entry: TaskEntry, on task: TaskRecord, _ storage: Storage
    ) async throws -> TaskRecord {
        let desk = TaskDesk(
            store: storage.api.tasks, members: storage.members, signals: RunSignals(clock: SystemTime()),
            clock: SystemTime())
        do {
            return try await desk.act(event, entry, on: task.id, in: task.tenant) ?? task
        } catch let refusal as TaskRefusal {
            throw CommandFailure(words(of: refusal))
        }
    }

    private static func words(of refusal: TaskRefusal) -> String {
        switch refusal {
        case .closed(let status): "The task is over; its status is \(status.rawValue)."
        case .notAsked: "That person is not asked. See: patchbay task show"
        case .requester: "Whoever asked for it takes no part in its decision."
        case .claimed(let other): "\(other) has claimed the task."
        case .unknownOption: "The task has no such option. See: patchbay task show"
        case .alreadyDecided: "That person has decided."
        default: "The task stays as it is: \(refusal)"
        }
    }

    fileprivate static func print(_ task: TaskRecord, _ storage: Storage) async throws {
        let entries = try await storage.api.tasks.entries(of: task.id, in: task.tenant)
        var object = task.shown.object ?? [:]
        object["details"] = .string(task.state.task.details)
        object["payload"] = task.state.task.payload
        object["options"] = .array(task.state.task.options.map(\.json))
        object["form"] = task.state.task.form ?? .null
        object["history"] = .array(
            entries.map {
                [
                    "event": .string($0.kind.rawValue), "at": .string($0.at.description), "actor": $0.actor,
                    "data": $0.data,
                ]
            })
        Console.print(json: .object(object))
    }
}

extension TaskRecord {
    fileprivate var shown: JSON {
        [
            "id": .string(id.description), "title": .string(state.task.title),
            "status": .string(state.status.rawValue), "run_id": .string(run.description),
            "workflow_id": .string(workflow.description), "node_id": .string(node),
            "people": .array(state.people.map { .string($0) }),
            "claimed_by": state.claimant.map { .string($0) } ?? .null,
            "decision": state.decision.map { .string($0) } ?? .null,
            "opened_at": .string(state.openedAt.description),
            "expires_at": .string((state.openedAt + state.task.timeout).description),
        ]
    }
}
