import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// What people are asked, as it is kept.
    @Suite struct TaskStoreTests {
        private func task(of run: RunRecord, _ people: [String] = ["ada@example.com"]) throws -> TaskRecord {
            let human = HumanTask(
                title: "Access", payload: ["a": 1], assignees: people.compactMap { Assignee($0) },
                escalation: [.init(after: 10_000, step: .remind)])
            var state = TaskState(human, openedAt: Stores.at(0))
            _ = try state.apply(.opened(TaskDirectory()), at: Stores.at(0))
            return TaskRecord(
                id: .new(at: Stores.at(0)), tenant: run.tenant, run: run.id, workflow: run.workflow,
                workflowName: run.workflowName, node: "ask", path: "", attempt: 1, state: state)
        }

        private func change(
            _ kind: TaskEntry.Kind, to person: String? = nil, _ message: RunMessage? = nil
        ) -> TaskChange {
            var change = TaskChange()
            change.entries = [TaskEntry(kind, at: Stores.at(1), by: ["name": "ada"], data: ["x": 1])]
            if let person {
                change.notices = [NewNotice(key: "k:\(person)", channel: .mail, to: person, data: ["subject": "task"])]
            }
            change.message = message
            return change
        }

        private func decided(_ task: TaskRecord) throws -> TaskRecord {
            var task = task
            _ = try task.state.apply(
                .decided(
                    by: TaskActor(address: task.state.people[0], name: "ada"), TaskChoice(value: "approved")),
                at: Stores.at(1))
            task.version += 1
            return task
        }

        @Test func `a step's task is stored once, and read as it was written`() async throws {
            try await withStores { stores in
                let store = PostgresTaskStore(stores.engine)
                let run = try await stores.run(of: stores.workflow())
                let task = try task(of: run)
                #expect(try await store.open(task, change(.opened, to: "ada@example.com")).isNew)
                var other = task
                other.id = .new(at: Stores.at(1))
                let again = try await store.open(other, change(.opened, to: "bob@example.com"))
                #expect(again.task == task)
                #expect(!again.isNew)
                #expect(try await store.task(task.id, in: Stores.tenant) == task)
                #expect(try await store.task(task.id, in: Stores.stranger) == nil)
                let api = PostgresTaskStore(stores.api)
                #expect(
                    try await api.task(of: run.id, node: "ask", path: "", attempt: 1, in: Stores.tenant) == task)
                #expect(try await api.entries(of: task.id, in: Stores.tenant).map(\.kind) == [.opened])
                let notices = try await stores.pool.query("select recipient from notices")
                #expect(try notices.map { try $0.text("recipient") } == ["ada@example.com"])
            }
        }

        @Test func `each person has one message in Slack, and no other tenant sees it`() async throws {
            try await withStores { stores in
                let store = PostgresSlackPostStore(stores.engine)
                let id = TaskID.new(at: Stores.at(0))
                var posts = [nil, "ada@example.com"].map {
                    SlackPost(person: $0, channel: "C1", timestamp: "1.2", notice: "k", shown: "a")
                }
                for post in posts { try await store.put(post, of: id, in: Stores.tenant) }
                #expect(try await store.posts(of: id, in: Stores.tenant) == posts)
                posts[1].shown = "b"
                try await store.put(posts[1], of: id, in: Stores.tenant)
                #expect(try await store.posts(of: id, in: Stores.tenant) == posts)
                #expect(try await store.posts(of: id, in: Stores.stranger).isEmpty)
                #expect(try await store.posts(of: .new(at: Stores.at(1)), in: Stores.tenant).isEmpty)
            }
        }

        @Test func `a change over an older version stores nothing`() async throws {
            try await withStores { stores in
                let store = PostgresTaskStore(stores.api)
                let run = try await stores.run(of: stores.workflow())
                let task = try task(of: run)
                _ = try await store.open(task, change(.opened))
                let done = try decided(task)
                #expect(try await store.save(done, change(.decided, to: "boss@example.com")))
                #expect(try await !store.save(done, change(.decided, to: "eve@example.com")))
                #expect(try await store.task(task.id, in: Stores.tenant) == done)
                let entries = try await store.entries(of: task.id, in: Stores.tenant)
                #expect(entries.map(\.kind) == [.opened, .decided])
                #expect(entries[1].actor == ["name": "ada"])
                #expect(entries[1].data == ["x": 1])
                #expect(try await stores.pool.query("select 1 from notices").count == 1)
            }
        }

        @Test func `what the run is to hear is stored with the decision, and wakes it`() async throws {
            try await withStores { stores in
                let store = PostgresTaskStore(stores.api)
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                let task = try task(of: run)
                _ = try await store.open(task, change(.opened))
                #expect(try await stores.journal.park(leased, until: Stores.at(99_000)) == .parked)
                let message = RunMessage(kind: .task, id: task.id.description, data: ["node": "ask"])
                #expect(try await store.save(try decided(task), change(.decided, message)))
                let woken = try await #require(stores.lease("w1", at: Stores.at(2)).first)
                #expect(woken.messages == [message])
            }
        }

        @Test func `lists show whom it is for, counts what waits, and what is due is found`() async throws {
            try await withStores { stores in
                let store = PostgresTaskStore(stores.api)
                let engine = PostgresTaskStore(stores.engine)
                let workflow = try await stores.workflow()
                var all: [TaskRecord] = []
                for index in 0..<3 {
                    let run = try await stores.run(of: workflow)
                    var task = try task(of: run, index == 2 ? ["bob@example.com"] : ["ada@example.com"])
                    task.id = .new(at: Stores.at(Int64(index)))
                    _ = try await store.open(task, change(.opened))
                    all.append(task)
                }
                var filter = TaskFilter()
                filter.person = "ada@example.com"
                filter.statuses = [.open]
                let first = try await store.tasks(in: Stores.tenant, matching: filter, page: PageRequest(limit: 1))
                #expect(first.items == [all[1]])
                let rest = try await store.tasks(
                    in: Stores.tenant, matching: filter, page: PageRequest(limit: 1, cursor: first.next))
                #expect(rest.items == [all[0]])
                #expect(rest.next == nil)
                filter = TaskFilter()
                filter.run = all[2].run
                filter.workflow = workflow.id
                let ofRun = try await store.tasks(in: Stores.tenant, matching: filter, page: PageRequest())
                #expect(ofRun.items == [all[2]])
                #expect(
                    try await store.counts(of: "ada@example.com", in: Stores.tenant, at: Stores.at(0))
                        == TaskCounts(open: 2, dueSoon: 2))
                #expect(try await engine.due(at: Stores.at(9), limit: 10).isEmpty)
                #expect(try await engine.due(at: Stores.at(10), limit: 10).count == 3)
                #expect(try await engine.orphans(limit: 10).isEmpty)
                _ = try await stores.pool.query(
                    "delete from run_queue where run_id = $1", [.uuid(high: all[0].run.high, low: all[0].run.low)])
                #expect(try await engine.orphans(limit: 10) == [all[0]])
            }
        }
    }
}
