import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct SubscriptionStoreTests {
        private static func document(_ repo: String, version: String = "1.0.0", credential: String = "octo") -> JSON {
            let node: JSON = [
                "id": "opened", "type": "webhook", "uses": .string("github@\(version)/issue_opened"),
                "credential": .string(credential), "config": ["input": ["repo": .string(repo)]],
            ]
            return ["name": "w", "nodes": [node]]
        }

        private static func save(
            _ document: JSON, _ workflow: WorkflowRecord, _ stores: Stores, at seconds: Int64
        ) async throws {
            _ = try await stores.workflows.update(
                workflow.id, in: Stores.tenant, name: "w", about: "", document: document, webhooks: [], expecting: nil,
                at: Stores.at(seconds))
        }

        private static func webhooks(_ stores: Stores) async throws -> [WebhookRecord] {
            try await PostgresWebhookStore(stores.api).webhooks(in: Stores.tenant, of: nil, page: PageRequest()).items
        }

        private static func claim(_ stores: Stores, at seconds: Int64) async throws -> [SubscriptionClaim] {
            try await PostgresDueSubscriptions(stores.engine).claim(
                at: Stores.at(seconds), limit: 5, until: Stores.at(seconds + 100))
        }

        private static let made = SubscriptionProgress(
            stage: .subscribed, url: "https://p.example/webhook/wh_1", subscription: ["id": "7", "data": ["a": 1]],
            subscribedAt: Stores.at(2))

        @Test func `a trigger is subscribed with an endpoint of its own, and kept through new versions`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document("a"))
                let (due, seen) = (PostgresDueSubscriptions(stores.engine), PostgresSubscriptionStore(stores.api))
                #expect(try await due.nextDue() == Stores.start)
                let claim = try #require(try await Self.claim(stores, at: 1).first)
                #expect(claim.record.goal == .subscribed && claim.record.progress == SubscriptionProgress())
                #expect(claim.record.input == ["repo": "a"] && claim.record.credential == "octo")
                let webhook = try #require(try await Self.webhooks(stores).first)
                #expect(webhook.isSubscribed && !webhook.isMade && webhook.endpoint == claim.record.endpoint)
                #expect(webhook.id == claim.record.id && webhook.secret == claim.record.secret)
                let begun = SubscriptionProgress(stage: .subscribing, url: "https://p.example/webhook/wh_1")
                #expect(try await due.note(begun, of: claim))
                #expect(try await seen.subscription(webhook.id, in: Stores.tenant)?.progress == begun)
                #expect(try await due.store(Self.made, of: claim, nextAt: nil, at: Stores.at(2)))
                #expect(try await due.nextDue() == nil)

                try await Self.save(Self.document("a", version: "1.1.0", credential: "other"), workflow, stores, at: 50)
                let kept = try #require(try await seen.subscription(webhook.id, in: Stores.tenant))
                #expect(kept.uses == "github@1.1.0/issue_opened" && kept.credential == "other")
                #expect(kept.progress == Self.made && kept.nextAt == nil)
                #expect(try await Self.webhooks(stores).map(\.id) == [webhook.id])
                #expect(try await seen.subscription(webhook.id, in: Stores.stranger) == nil)
            }
        }

        @Test func `one that is changed is subscribed anew, and the former one ends after that`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document("a"))
                let due = PostgresDueSubscriptions(stores.engine)
                let first = try #require(try await Self.claim(stores, at: 1).first)
                #expect(try await due.store(Self.made, of: first, nextAt: nil, at: Stores.at(2)))
                try await Self.save(Self.document("b"), workflow, stores, at: 50)
                let claims = try await Self.claim(stores, at: 51)
                #expect(claims.count == 2)
                let old = try #require(claims.first { $0.record.id == first.record.id })
                let new = try #require(claims.first { $0.record.id != first.record.id })
                #expect(old.record.goal == .ended && old.isAwaited)
                #expect(new.record.goal == .subscribed && new.record.input == ["repo": "b"])
                // Both take deliveries until the new one stands.
                #expect(try await Self.webhooks(stores).count == 2)
                #expect(try await due.store(Self.made, of: new, nextAt: nil, at: Stores.at(52)))
                #expect(try await Self.webhooks(stores).map(\.id) == [new.record.id])
                #expect(try await due.store(old.record.progress, of: old, nextAt: Stores.at(53), at: Stores.at(52)))
                let ending = try #require(try await Self.claim(stores, at: 53).first)
                #expect(!ending.isAwaited && ending.record.progress == Self.made)
                #expect(try await due.remove(ending))
                #expect(try await due.remove(ending) == false)
                #expect(try await due.nextDue() == nil)
            }
        }

        @Test func `one host looks after it at a time, and finishes what it has begun although the goal is another`()
            async throws
        {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document("a"))
                let due = PostgresDueSubscriptions(stores.engine)
                let slow = try #require(try await Self.claim(stores, at: 1).first)
                #expect(try await Self.claim(stores, at: 99).isEmpty)
                _ = try await stores.operating.pause(workflow.id, in: Stores.tenant, holding: false, at: Stores.at(20))
                // Whoever has it is at the vendor's now.
                #expect(try await Self.claim(stores, at: 99).isEmpty)
                #expect(try await due.store(Self.made, of: slow, nextAt: nil, at: Stores.at(30)))
                let paused = try #require(try await Self.claim(stores, at: 30).first)
                #expect(paused.record.goal == .paused && paused.record.progress == Self.made)
                #expect(try await due.note(Self.made, of: slow) == false)
                #expect(try await due.store(SubscriptionProgress(), of: slow, nextAt: nil, at: Stores.at(31)) == false)
                #expect(try await due.store(SubscriptionProgress(), of: paused, nextAt: nil, at: Stores.at(31)))
                #expect(try await due.nextDue() == nil)
                _ = try await stores.operating.resume(workflow.id, in: Stores.tenant, at: Stores.at(40))
                let again = try #require(try await Self.claim(stores, at: 40).first)
                #expect(again.record.goal == .subscribed && again.record.endpoint == slow.record.endpoint)
                // A host that died: another one takes it when its time is over.
                let next = try #require(try await Self.claim(stores, at: 140).first)
                #expect(try await due.store(Self.made, of: again, nextAt: nil, at: Stores.at(141)) == false)
                #expect(try await due.store(Self.made, of: next, nextAt: nil, at: Stores.at(141)))
            }
        }

        @Test func `a trigger that is gone, a deleted workflow and a tenant's end end what was subscribed`()
            async throws
        {
            try await withStores { stores in
                let due = PostgresDueSubscriptions(stores.engine)
                for end in 0..<3 {
                    let workflow = try await stores.workflow(document: Self.document("a"))
                    let claim = try #require(try await Self.claim(stores, at: 1).first)
                    #expect(try await due.store(Self.made, of: claim, nextAt: nil, at: Stores.at(2)))
                    switch end {
                    case 0:
                        let manual: JSON = ["name": "w", "nodes": [["id": "m", "type": "manual"]]]
                        try await Self.save(manual, workflow, stores, at: 50)
                    case 1:
                        _ = try await stores.workflows.delete(
                            workflow.id, in: Stores.tenant, expecting: nil, at: Stores.at(50))
                        #expect(try await Self.webhooks(stores).isEmpty)
                    default:
                        let left = try await due.end(of: Stores.tenant, at: Stores.at(50), before: Stores.at(0))
                        #expect(left == 1)
                        #expect(try await due.end(of: Stores.tenant, at: Stores.at(51), before: Stores.at(50)) == 0)
                    }
                    let ending = try #require(try await Self.claim(stores, at: 50).first)
                    #expect(ending.record.goal == .ended && !ending.isAwaited)
                    #expect(try await due.remove(ending))
                    #expect(try await Self.webhooks(stores).isEmpty)
                }
            }
        }
    }
}
