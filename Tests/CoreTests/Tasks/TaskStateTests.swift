import PatchbayCore
import PatchbayJSON
import Testing

@Suite("Tasks: who decides, and when it is decided")
struct TaskStateTests {
    static let start = Timestamp(milliseconds: 1_768_212_300_000)
    private static let hour: Int64 = 3_600_000

    private let directory = TaskDirectory([
        ("ada@example.com", "admin"), ("bob@example.com", "editor"), ("cy@example.com", "editor"),
        ("dee@example.com", "finance"),
    ])

    private func actor(_ name: String, manager: Bool = false) -> TaskActor {
        TaskActor(address: name + "@example.com", name: name, isManager: manager)
    }

    private func task(
        _ assignees: [String] = ["ada@example.com"], _ change: (inout HumanTask) -> Void = { _ in }
    ) -> HumanTask {
        var task = HumanTask(title: "Access", assignees: assignees.compactMap { Assignee($0) })
        change(&task)
        return task
    }

    private func opened(_ task: HumanTask) throws -> TaskState {
        var state = TaskState(task, openedAt: Self.start)
        _ = try state.apply(.opened(directory), at: Self.start)
        return state
    }

    private func decide(
        _ state: inout TaskState, _ who: String, _ value: String, after: Int64 = 1, link: String? = nil
    ) throws(TaskRefusal) -> [TaskCommand] {
        try state.apply(
            .decided(by: actor(who), TaskChoice(value: value, comment: "so", link: link)), at: Self.start + after)
    }

    // MARK: Who is asked

    @Test func `roles and groups are looked up once, and each person is asked once`() throws {
        let state = try opened(task(["bob@example.com", "role:editor", "group:finance"]))
        #expect(state.people == ["bob@example.com", "cy@example.com", "dee@example.com"])
        var again = state
        #expect(try again.apply(.opened(TaskDirectory([("eve@example.com", "editor")])), at: Self.start).isEmpty)
        #expect(again == state)
    }

    @Test(arguments: ["ada", "role:king", "group:Finance", "role:finance", "group:admin", "", "a@b c"])
    func `what names nobody is no assignee`(text: String) { #expect(Assignee(text) == nil) }

    @Test func `with nobody to ask, or fewer than have to agree, it fails at once`() throws {
        var nobody = TaskState(task(["role:owner"]), openedAt: Self.start)
        #expect(
            try nobody.apply(.opened(directory), at: Self.start) == [.end(.unassignable(needed: 1, found: 0))])
        #expect(nobody.status == .failed)
        var few = TaskState(task { $0.quorum = .count(2) }, openedAt: Self.start)
        #expect(try few.apply(.opened(directory), at: Self.start) == [.end(.unassignable(needed: 2, found: 1))])
    }

    @Test func `whoever wants it is not asked, may not decide, and is not put in another's place`() throws {
        var state = try opened(
            task(["role:editor"]) {
                $0.requester = "bob@example.com"
                $0.excludesRequester = true
            })
        #expect(state.people == ["cy@example.com"])
        #expect(throws: TaskRefusal.requester) { try decide(&state, "bob", "approved") }
        #expect(throws: TaskRefusal.requester) {
            try state.apply(
                .delegated(by: actor("cy"), from: "cy@example.com", to: "bob@example.com"), at: Self.start)
        }
    }

    @Test func `delegating puts another in a person's place`() throws {
        var state = try opened(task(["ada@example.com", "bob@example.com"]) { $0.quorum = .all })
        #expect(throws: TaskRefusal.notAsked) {
            try state.apply(
                .delegated(by: actor("bob"), from: "ada@example.com", to: "x@example.com"), at: Self.start)
        }
        #expect(throws: TaskRefusal.alreadyAsked) {
            try state.apply(
                .delegated(by: actor("ada"), from: "ada@example.com", to: "bob@example.com"), at: Self.start)
        }
        let commands = try state.apply(
            .delegated(by: actor("eve", manager: true), from: "ada@example.com", to: "x@example.com"), at: Self.start)
        #expect(commands == [.tell(.asked, ["x@example.com"])])
        #expect(state.people == ["x@example.com", "bob@example.com"])
        _ = try decide(&state, "x", "approved")
        #expect(throws: TaskRefusal.alreadyDecided) {
            try state.apply(.delegated(by: actor("x"), from: "x@example.com", to: "y@example.com"), at: Self.start)
        }
    }

    // MARK: Claiming

    @Test func `a claimed task is one person's until it is released`() throws {
        var state = try opened(task(["ada@example.com", "bob@example.com"]))
        #expect(throws: TaskRefusal.notClaimed) { try state.apply(.released(by: actor("ada")), at: Self.start) }
        _ = try state.apply(.claimed(by: actor("ada")), at: Self.start)
        _ = try state.apply(.claimed(by: actor("ada")), at: Self.start)
        #expect(state.claimant == "ada@example.com")
        #expect(throws: TaskRefusal.claimed(by: "ada@example.com")) {
            try state.apply(.claimed(by: actor("bob")), at: Self.start)
        }
        #expect(throws: TaskRefusal.claimed(by: "ada@example.com")) { try decide(&state, "bob", "approved") }
        #expect(throws: TaskRefusal.claimed(by: "ada@example.com")) {
            try state.apply(.released(by: actor("bob")), at: Self.start)
        }
        #expect(throws: TaskRefusal.claimed(by: "ada@example.com")) {
            try state.apply(.delegated(by: actor("bob"), from: "bob@example.com", to: "x@example.com"), at: Self.start)
        }
        _ = try state.apply(.delegated(by: actor("ada"), from: "ada@example.com", to: "x@example.com"), at: Self.start)
        #expect(state.claimant == nil)
        #expect(throws: TaskRefusal.notAsked) { try state.apply(.claimed(by: actor("ada")), at: Self.start) }
        _ = try state.apply(.claimed(by: actor("x")), at: Self.start)
        _ = try state.apply(.released(by: actor("eve", manager: true)), at: Self.start)
        #expect(try decide(&state, "bob", "approved").first == .end(.decided("approved", isAutomatic: false)))
    }

    @Test func `where several decide nobody takes it for themselves`() throws {
        var state = try opened(task(["ada@example.com", "bob@example.com"]) { $0.quorum = .all })
        #expect(throws: TaskRefusal.notClaimable) { try state.apply(.claimed(by: actor("ada")), at: Self.start) }
    }

    // MARK: Deciding

    @Test func `whoever decides first decides, once, and the others are told`() throws {
        var state = try opened(task(["ada@example.com", "bob@example.com"]))
        #expect(throws: TaskRefusal.notAsked) { try decide(&state, "eve", "approved") }
        #expect(throws: TaskRefusal.unknownOption("maybe")) { try decide(&state, "ada", "maybe") }
        #expect(throws: TaskRefusal.notAsked) {
            try state.apply(
                .decided(by: TaskActor(address: nil, name: "key"), TaskChoice(value: "approved")), at: Self.start)
        }
        #expect(
            try decide(&state, "ada", "rejected")
                == [.end(.decided("rejected", isAutomatic: false)), .tell(.closed, ["bob@example.com"])])
        #expect(state.decision == "rejected")
        #expect(state.due == nil)
        #expect(throws: TaskRefusal.closed(.decided)) { try decide(&state, "bob", "approved") }
        #expect(throws: TaskRefusal.closed(.decided)) { try state.apply(.claimed(by: actor("bob")), at: Self.start) }
    }

    @Test func `a link is good for once`() throws {
        var state = try opened(task(["ada@example.com", "bob@example.com"]) { $0.quorum = .count(2) })
        _ = try decide(&state, "ada", "approved", link: "n1")
        #expect(throws: TaskRefusal.linkUsed) { try decide(&state, "bob", "approved", link: "n1") }
        #expect(throws: TaskRefusal.alreadyDecided) { try decide(&state, "ada", "approved", link: "n2") }
        let kept = TaskState(state.task, openedAt: Self.start, status: .open, stored: state.json)
        #expect(kept == state)
    }

    /// Votes in their order (a: approve, r: reject), and the number of the one that decides.
    @Test(arguments: [
        ("all", "aaa", 3, "approved"), ("all", "r", 1, "rejected"), ("all", "ar", 2, "rejected"),
        ("2", "aa", 2, "approved"), ("2", "ara", 3, "approved"), ("2", "rr", 2, "rejected"),
        ("2", "arr", 3, "rejected"), ("any", "r", 1, "rejected"), ("1", "ra", 2, "approved"),
    ])
    func `it is decided as soon as it can be, for or against`(
        quorum: String, votes: String, last: Int, decision: String
    ) throws {
        var state = try opened(
            task(["ada@example.com", "bob@example.com", "cy@example.com"]) {
                $0.quorum = quorum == "any" ? .any : quorum == "all" ? .all : .count(Int(quorum)!)
            })
        for (index, (vote, who)) in zip(votes, ["ada", "bob", "cy"]).enumerated() {
            let commands = try decide(&state, who, vote == "a" ? "approved" : "rejected")
            let isLast = index + 1 == last
            #expect(commands.first == (isLast ? .end(.decided(decision, isAutomatic: false)) : nil), "\(index)")
        }
        #expect(state.decision == decision)
    }

    @Test func `those who cannot agree have what most of them want, and of several the first`() throws {
        let ways = ["one", "two", "three"].map { HumanTask.Option(label: $0, value: $0) }
        func outcome(_ votes: [String]) throws -> String? {
            var state = try opened(
                task(["ada@example.com", "bob@example.com", "cy@example.com"]) {
                    $0.options = ways
                    $0.quorum = .all
                })
            for (who, vote) in zip(["ada", "bob", "cy"], votes) where state.status == .open {
                _ = try decide(&state, who, vote)
            }
            return state.decision
        }
        #expect(try outcome(["two", "one", "two"]) == "two")
        #expect(try outcome(["three", "two", "one"]) == "one")
        #expect(try outcome(["three", "two"]) == nil)
    }

    @Test func `of several refusals the one most of them chose is taken`() throws {
        var state = try opened(
            task(["ada@example.com", "bob@example.com", "cy@example.com"]) {
                $0.options = [
                    HumanTask.Option(label: "Yes", value: "yes"),
                    HumanTask.Option(label: "No", value: "no", rejects: true),
                    HumanTask.Option(label: "Later", value: "later", rejects: true),
                ]
                $0.quorum = .count(2)
            })
        _ = try decide(&state, "ada", "later")
        #expect(try decide(&state, "bob", "later").first == .end(.decided("later", isAutomatic: false)))
    }

    // MARK: Time

    @Test func `nothing decided: others are told, then asked, then it is over`() throws {
        var state = try opened(
            task {
                $0.timeout = 48 * Self.hour
                $0.escalation = [
                    .init(after: 12 * Self.hour, step: .remind),
                    .init(after: 24 * Self.hour, step: .notify([Assignee("boss@example.com")!])),
                    .init(after: 36 * Self.hour, step: .reassign([Assignee("role:editor")!])),
                ]
            })
        func pass(_ hours: Int64) throws -> [TaskCommand] {
            try state.apply(.timePassed(directory), at: Self.start + hours * Self.hour)
        }
        #expect(state.due == Self.start + 12 * Self.hour)
        #expect(try pass(11).isEmpty)
        #expect(try pass(12) == [.tell(.reminder, ["ada@example.com"])])
        #expect(try pass(24) == [.tell(.escalated, ["boss@example.com"])])
        #expect(throws: TaskRefusal.notAsked) { try decide(&state, "boss", "approved") }
        #expect(try pass(36) == [.tell(.asked, ["bob@example.com", "cy@example.com"])])
        #expect(throws: TaskRefusal.notAsked) { try decide(&state, "ada", "approved") }
        #expect(try pass(48) == [.end(.timedOut), .tell(.closed, ["bob@example.com", "cy@example.com"])])
        #expect(state.status == .expired)
        #expect(try pass(60).isEmpty)
    }

    @Test func `what nobody was there to do is done in its order, all at once`() throws {
        var state = try opened(
            task {
                $0.timeout = 48 * Self.hour
                $0.escalation = [
                    .init(after: 24 * Self.hour, step: .notify([Assignee("boss@example.com")!])),
                    .init(after: 48 * Self.hour, step: .decide("rejected")),
                ]
            })
        // The time is over though nobody has looked.
        #expect(throws: TaskRefusal.closed(.expired)) {
            try decide(&state, "ada", "approved", after: 50 * Self.hour)
        }
        #expect(
            try state.apply(.timePassed(directory), at: Self.start + 72 * Self.hour) == [
                .tell(.escalated, ["boss@example.com"]), .end(.decided("rejected", isAutomatic: true)),
                .tell(.closed, ["ada@example.com"]),
            ])
        #expect(state.isAutomatic)
    }

    @Test func `those who have not answered stay asked where there is nobody else`() throws {
        var state = try opened(
            task {
                $0.escalation = [.init(after: 1, step: .reassign([Assignee("role:owner")!]))]
            })
        #expect(try state.apply(.timePassed(directory), at: Self.start + 1).isEmpty)
        #expect(state.people == ["ada@example.com"])
        var same = try opened(
            task {
                $0.escalation = [.init(after: 1, step: .reassign([Assignee("ada@example.com")!]))]
            })
        #expect(try same.apply(.timePassed(directory), at: Self.start + 1).isEmpty)
    }

    @Test func `an escalation behind the time limit does not come`() throws {
        var state = try opened(
            task {
                $0.timeout = 10
                $0.escalation = [.init(after: 20, step: .decide("approved"))]
            })
        #expect(try state.apply(.timePassed(directory), at: Self.start + 30).first == .end(.timedOut))
    }

    @Test func `a run that ends takes its task along, and comments come to an end`() throws {
        var state = try opened(task())
        _ = try state.apply(.commented(by: actor("ada"), "hm"), at: Self.start)
        #expect(throws: TaskRefusal.notAsked) { try state.apply(.commented(by: actor("eve"), "hm"), at: Self.start) }
        #expect(throws: TaskRefusal.tooMany("comments and delegations")) {
            for _ in 0..<1_001 { _ = try state.apply(.commented(by: actor("ada"), "hm"), at: Self.start) }
        }
        #expect(
            try state.apply(.withdrawn("over"), at: Self.start) == [
                .end(.withdrawn), .tell(.closed, ["ada@example.com"]),
            ])
        #expect(try state.apply(.withdrawn("over"), at: Self.start).isEmpty)
    }

    // MARK: What is stored

    @Test func `a task is read as it was written`() throws {
        let full = task(["role:editor", "group:finance", "ada@example.com"]) {
            $0.details = "More"
            $0.payload = ["a": 1]
            $0.form = ["type": "object"]
            $0.quorum = .count(2)
            $0.requester = "bob@example.com"
            $0.excludesRequester = true
            $0.sendsMail = false
            $0.escalation = [
                .init(after: 1, step: .remind), .init(after: 2, step: .notify([Assignee("x@example.com")!])),
                .init(after: 3, step: .reassign([Assignee("role:owner")!])), .init(after: 4, step: .decide("approved")),
            ]
        }
        #expect(HumanTask(stored: full.json) == full)
        #expect(HumanTask(stored: ["title": "x"]) == nil)
        #expect(HumanTask(stored: task { $0.quorum = .all }.json)?.quorum == .all)
        var state = try opened(full)
        _ = try state.apply(.timePassed(directory), at: Self.start + 4)
        #expect(TaskState(full, openedAt: Self.start, status: state.status, stored: state.json) == state)
        var claimed = try opened(task())
        _ = try claimed.apply(.claimed(by: actor("ada")), at: Self.start)
        #expect(TaskState(task(), openedAt: Self.start, status: .open, stored: claimed.json) == claimed)
    }
}
