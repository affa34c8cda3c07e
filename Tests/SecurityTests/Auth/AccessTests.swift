import PatchbayCore
import Testing

struct RoleTests {
    /// The matrix of the requirements, section 11.2: admin, editor, viewer, operator.
    private static let matrix: [(Permission, [Role])] = [
        (.workflowCreate, [.admin, .editor]), (.workflowRead, [.admin, .editor, .viewer, .operator]),
        (.workflowUpdate, [.admin, .editor]), (.workflowDelete, [.admin, .editor]),
        (.workflowExecute, [.admin, .editor, .operator]), (.runRead, [.admin, .editor, .viewer, .operator]),
        (.credentialManage, [.admin, .editor]), (.memberManage, [.admin]),
    ]

    @Test(arguments: matrix) func `roles may what the requirements say`(permission: Permission, roles: [Role]) {
        for role in Role.allCases where role != .owner {
            #expect(role.permissions.contains(permission) == roles.contains(role), "\(role) \(permission.rawValue)")
        }
        #expect(Role.owner.permissions.contains(permission))
    }

    @Test func `no role of a tenant reaches beyond it`() {
        for role in Role.allCases { #expect(!role.permissions.contains(.installationManage)) }
    }

    @Test func `viewers change nothing, but decide what they are asked`() {
        let writing = Role.viewer.permissions.permissions.filter { !$0.rawValue.hasSuffix(":read") }
        #expect(writing == [.taskAct])
    }

    @Test func `each role may at least what the one below it may`() {
        let order: [Role] = [.viewer, .operator, .editor, .admin, .owner]
        for (lower, higher) in zip(order, order.dropFirst()) {
            #expect(lower.permissions.isSubset(of: higher.permissions))
            #expect(lower.permissions != higher.permissions)
        }
    }

    @Test func `using a credential does not mean seeing it`() {
        let caller = Caller(.installationKey, tenant: .initial, permissions: [.credentialUse])
        #expect(caller.lacks([.credentialUse]) == nil)
        #expect(caller.lacks([.credentialView]) == .credentialView)
        #expect(caller.lacks([.credentialManage]) == .credentialManage)
    }

    @Test(arguments: ["a", "release-team", "on_call2", String(repeating: "x", count: 40)])
    func `a role of one's own has a plain name`(name: String) { #expect(CustomRole.isName(name)) }

    @Test(arguments: [
        "", "A", "2nd", "-x", "owner", "viewer", "a b", "é", "a\0", String(repeating: "x", count: 41), "a/b",
    ])
    func `and none that could be taken for another`(name: String) { #expect(!CustomRole.isName(name)) }
}

struct PermissionSetTests {
    @Test func `a set holds what was put into it, whatever that is`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let chosen = Set(Permission.allCases.filter { _ in Bool.random(using: &generator) })
            let other = Set(Permission.allCases.filter { _ in Bool.random(using: &generator) })
            let (a, b) = (PermissionSet(chosen), PermissionSet(other))
            #expect(Set(a.permissions) == chosen)
            #expect(a.isSubset(of: b) == chosen.isSubset(of: other))
            #expect(Set(a.intersection(b).permissions) == chosen.intersection(other))
            #expect(Set(a.subtracting(b).permissions) == chosen.subtracting(other))
            #expect(a.isEmpty == chosen.isEmpty)
            let caller = Caller(.installationKey, tenant: .initial, permissions: a)
            #expect(caller.mayGrant(b) == other.isSubset(of: chosen))
            #expect((caller.lacks(Array(other)) == nil) == other.isSubset(of: chosen))
        }
    }

    @Test func `nobody makes another more than they are`() {
        for role in Role.allCases {
            let caller = Caller(.installationKey, tenant: .initial, permissions: role.permissions)
            for wanted in Role.allCases {
                #expect(caller.mayGrant(wanted.permissions) == wanted.permissions.isSubset(of: role.permissions))
            }
        }
        let admin = Caller(.installationKey, tenant: .initial, permissions: Role.admin.permissions)
        #expect(!admin.mayGrant(Role.owner.permissions))
        #expect(!admin.mayGrant([.installationManage]))
    }

    @Test func `words are told apart and stay what they are`() {
        #expect(Set(Permission.allCases.map(\.rawValue)).count == Permission.allCases.count)
        #expect(Permission.allCases.count <= 64)
        #expect(Permission.allCases.allSatisfy { $0.rawValue.split(separator: ":").count == 2 })
    }

    @Test func `a key's limits are about the workflows it names`() {
        let (a, b) = (WorkflowID.new(at: Timestamp(milliseconds: 1)), WorkflowID.new(at: Timestamp(milliseconds: 2)))
        var caller = Caller.installationKey(in: .initial)
        #expect(caller.mayTouch(a))
        caller.workflows = [a]
        #expect(caller.mayTouch(a) && !caller.mayTouch(b))
        caller.workflows = []
        #expect(!caller.mayTouch(a))
    }
}

struct AttemptStateTests {
    private let rules = AttemptState.Rules(free: 3, first: 1_000, longest: 60_000, memory: 3_600_000)
    private let start = Timestamp(milliseconds: 1_760_000_000_000)

    @Test func `the first failures cost nothing, then each doubles the wait up to the longest`() {
        var state = AttemptState()
        var now = start
        var waits: [Int64] = []
        for _ in 0..<12 {
            #expect(state.closed(at: now, by: rules) == nil)
            state.fail(at: now, by: rules)
            let end = state.closed(at: now, by: rules) ?? now
            waits.append(end - now)
            if end > now { #expect(state.closed(at: end + -1, by: rules) == end) }
            now = end
        }
        #expect(waits == [0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
    }

    @Test func `success and time forget`() {
        var state = AttemptState(failures: 50, lastFailure: start)
        #expect(state.closed(at: start, by: rules) != nil)
        #expect(state.closed(at: start + rules.memory, by: rules) == nil)
        var late = state
        late.fail(at: start + rules.memory, by: rules)
        #expect(late.failures == 1)
        state.succeed()
        #expect(state == AttemptState())
    }

    @Test func `clocks that go back and numbers that are absurd open nothing`() {
        var state = AttemptState(failures: Int.max, lastFailure: start)
        #expect(state.closed(at: start, by: rules) == start + 60_000)
        state.fail(at: start + -10_000, by: rules)
        #expect(state.failures == 1_000_001)
        #expect(state.lastFailure == start)
    }

    @Test func `nobody guesses more than some hundred times a day`() {
        var state = AttemptState()
        var (now, guesses) = (start, 0)
        while now < start + 86_400_000 {
            state.fail(at: now, by: .account)
            guesses += 1
            now = state.closed(at: now, by: .account) ?? now
        }
        #expect(guesses <= 110)
    }
}

struct EmailAddressTests {
    @Test(arguments: [
        ("Ann@Example.com", "ann@example.com"), ("a+b.c@x-y.example", "a+b.c@x-y.example"),
        ("o'neil@a.b", "o'neil@a.b"),
        ("root@localhost", "root@localhost"),
    ])
    func `addresses are written in one way`(given: String, canonical: String) {
        #expect(EmailAddress.canonical(given) == canonical)
    }

    @Test(arguments: [
        "", "@", "a@", "@b", "a@b@c", "a b@c", "a@b..c", ".a@b", "a.@b", "a..b@c", "a@-b", "a@b-", "\"a\"@b", "a@[::1]",
        "ann@exämple.com", "a@b\r\nBcc: c@d", "a@b\0", "<a@b>", "a,b@c", String(repeating: "a", count: 65) + "@b",
        "a@" + String(repeating: "b", count: 64), "a@" + String(repeating: "b.", count: 130) + "c",
    ])
    func `what could be taken for something else is none`(text: String) { #expect(EmailAddress.canonical(text) == nil) }
}
