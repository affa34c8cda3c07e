package import PatchbayCore
import PatchbayJSON
import Synchronization

/// Tasks in memory, with the rules of the durable ones: a change of a task that has moved on is not made.
package final class MemoryTasks: TaskStore {
    private struct Kept {
        var task: TaskRecord
        var entries: [TaskEntry]
    }

    private struct State {
        var tasks: [Kept] = []
        var notices: [NewNotice] = []
        var beforeSaving: @Sendable () async throws -> Void = {}
    }

    private let messages: any RunMessages
    /// Whether a run goes on.
    private let isLive: @Sendable (RunID) -> Bool
    private let state = Mutex(State())

    package init(_ messages: any RunMessages, isLive: @escaping @Sendable (RunID) -> Bool = { _ in true }) {
        self.messages = messages
        self.isLive = isLive
    }

    package var notices: [NewNotice] { state.withLock { $0.notices } }
    package var all: [TaskRecord] { state.withLock { $0.tasks.map(\.task) } }

    /// Called before each change; what it throws is thrown.
    package func beforeSaving(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.beforeSaving = body }
    }

    package func open(_ task: TaskRecord, _ change: TaskChange) async throws -> (task: TaskRecord, isNew: Bool) {
        try await state.withLock { $0.beforeSaving }()
        let known = state.withLock { state -> TaskRecord? in
            if let known = state.tasks.first(where: { Self.isSame($0.task, task) }) { return known.task }
            state.tasks.append(Kept(task: task, entries: change.entries))
            Self.add(change.notices, to: &state)
            return nil
        }
        if known == nil { try await send(change, task) }
        return (known ?? task, known == nil)
    }

    package func save(_ task: TaskRecord, _ change: TaskChange) async throws -> Bool {
        try await state.withLock { $0.beforeSaving }()
        let isSaved = state.withLock { state in
            guard let index = state.tasks.firstIndex(where: { $0.task.id == task.id }),
                state.tasks[index].task.version == task.version - 1
            else { return false }
            state.tasks[index].task = task
            state.tasks[index].entries += change.entries
            Self.add(change.notices, to: &state)
            return true
        }
        if isSaved { try await send(change, task) }
        return isSaved
    }

    private static func isSame(_ one: TaskRecord, _ other: TaskRecord) -> Bool {
        one.run == other.run && one.node == other.node && one.path == other.path && one.attempt == other.attempt
    }

    private static func add(_ notices: [NewNotice], to state: inout State) {
        for notice in notices where !state.notices.contains(where: { $0.key == notice.key }) {
            state.notices.append(notice)
        }
    }

    private func send(_ change: TaskChange, _ task: TaskRecord) async throws {
        guard let message = change.message, let at = change.entries.last?.at else { return }
        _ = try await messages.send(message, to: task.run, in: task.tenant, at: at)
    }

    package func task(_ id: TaskID, in tenant: TenantID) async throws -> TaskRecord? {
        all.first { $0.id == id && $0.tenant == tenant }
    }

    package func task(
        of run: RunID, node: String, path: String, attempt: Int, in tenant: TenantID
    ) async throws -> TaskRecord? {
        all.first {
            $0.run == run && $0.node == node && $0.path == path && $0.attempt == attempt && $0.tenant == tenant
        }
    }

    package func tasks(
        in tenant: TenantID, matching filter: TaskFilter, page: PageRequest
    ) async throws -> Page<TaskRecord> {
        var before: TaskID?
        if let cursor = page.cursor {
            guard let id = TaskID(cursor) else { throw InvalidCursor() }
            before = id
        }
        let found = all.filter { task in
            task.tenant == tenant && (filter.statuses.isEmpty || filter.statuses.contains(task.state.status))
                && (filter.person.map { task.state.people.contains($0) } ?? true)
                && (filter.workflow.map { $0 == task.workflow } ?? true)
                && (filter.run.map { $0 == task.run } ?? true) && (before.map { task.id < $0 } ?? true)
        }.sorted { $0.id > $1.id }
        let items = Array(found.prefix(page.limit))
        return Page(items: items, next: found.count > items.count ? items.last?.id.description : nil)
    }

    package func counts(of person: String, in tenant: TenantID, at now: Timestamp) async throws -> TaskCounts {
        let open = all.filter {
            $0.tenant == tenant && $0.state.status == .open && $0.state.people.contains(person)
        }
        return TaskCounts(
            open: open.count, claimed: open.count { $0.state.claimant == person },
            dueSoon: open.count { $0.state.due.map { $0 <= now + 86_400_000 } ?? false })
    }

    package func entries(of id: TaskID, in tenant: TenantID) async throws -> [TaskEntry] {
        state.withLock { $0.tasks.first { $0.task.id == id && $0.task.tenant == tenant }?.entries ?? [] }
    }

    package func due(at now: Timestamp, limit: Int) async throws -> [TaskRecord] {
        Array(all.filter { $0.state.due.map { $0 <= now } ?? false }.prefix(limit))
    }

    package func orphans(limit: Int) async throws -> [TaskRecord] {
        Array(all.filter { $0.state.status == .open && !isLive($0.run) }.prefix(limit))
    }
}
