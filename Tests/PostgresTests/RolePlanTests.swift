import Testing

@testable import PatchbayPostgres

struct RolePlanTests {
    private static func known(
        _ role: PostgresRole, isGranted: Bool = true, mayUse: Bool = true, mayCreate: Bool = false
    ) -> RolePlan.Known {
        RolePlan.Known(
            role: role, isGranted: isGranted, mayUse: mayUse, mayCreate: mayCreate || role == .owner)
    }

    private static func plan(
        _ known: [RolePlan.Known], isSuperuser: Bool = false, strangers: [String] = []
    ) -> RolePlan {
        RolePlan(login: "app", isSuperuser: isSuperuser, known: known, strangers: strangers)
    }

    @Test func `on a new server everything is made and granted to who is connected`() {
        #expect(
            Self.plan([]).statements == [
                "create role patchbay_owner nologin", "create role patchbay_api nologin",
                "create role patchbay_engine nologin", "create role patchbay_identity nologin",
                "grant patchbay_owner to \"app\"", "grant patchbay_api to \"app\"", "grant patchbay_engine to \"app\"",
                "grant patchbay_identity to \"app\"", "grant usage, create on schema public to patchbay_owner",
                "grant usage on schema public to patchbay_api", "grant usage on schema public to patchbay_engine",
                "grant usage on schema public to patchbay_identity",
            ])
    }

    @Test func `where all is there nothing is done`() {
        #expect(Self.plan(PostgresRole.allCases.map { Self.known($0) }).statements == [])
    }

    @Test func `a superuser need not be granted anything`() {
        let known = PostgresRole.allCases.map { Self.known($0, isGranted: false) }
        #expect(Self.plan(known, isSuperuser: true).statements == [])
        #expect(Self.plan(known).statements.count == 4)
    }

    @Test func `what earlier versions made goes to the owner`() {
        let plan = Self.plan(PostgresRole.allCases.map { Self.known($0) }, strangers: ["table runs"])
        #expect(plan.statements == ["alter table runs owner to patchbay_owner"])
        #expect(!plan.isForServingOnly)
    }

    @Test func `who has all roles but the owner's serves only`() {
        var known = PostgresRole.allCases.map { Self.known($0) }
        known[0].isGranted = false
        #expect(Self.plan(known).isForServingOnly)
        #expect(!Self.plan(known, isSuperuser: true).isForServingOnly)
        for index in 1...3 {
            var less = known
            less[index].isGranted = false
            #expect(!Self.plan(less).isForServingOnly)
        }
    }

    @Test func `a user's name cannot end the statement`() {
        let plan = RolePlan(login: "a\"; drop", isSuperuser: false, known: [], strangers: [])
        #expect(plan.statements.contains("grant patchbay_api to \"a\"\"; drop\""))
    }
}
