import HTTPTypes
import HostFixture
import Logging
import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules
import PatchbayOutbound
import PatchbaySecurity
import Testing

/// Following an index over HTTP, from a server that holds files and knows nothing of them.
@Suite(.timeLimit(.minutes(2))) struct FollowingTests {
    private let key = SigningKey()
    private let clock = StandingClock(Timestamp(milliseconds: 1_700_000_000_000))

    /// What a follower has to do with.
    private struct Scene {
        var site: StaticSite
        var store: MemoryIndexStore
        var follower: IndexFollower
        var web: IndexWeb
        var url: String
    }

    private func scene(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        let site = StaticSite()
        let (clock, key) = (clock, key)
        try await site.listen { url in
            let web = IndexWeb(try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8")))
            let store = MemoryIndexStore(
                TemplateIndex(
                    id: .new(at: clock.now), name: "acme", url: url + "/index.json", key: key.publicKey,
                    nextAt: clock.now, createdBy: "ann", createdAt: clock.now, updatedAt: clock.now))
            let follower = IndexFollower(
                store: store, web: web, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await body(Scene(site: site, store: store, follower: follower, web: web, url: url))
        }
    }

    private func bundle(_ name: String = "greeter", version: String = "1.0.0", about: String = "Says hello") throws
        -> TemplateBundle
    {
        try TemplateBundle.pack(Sample.template(name, version: version, about: about))
    }

    /// Puts bundles and an index of them on the site.
    @discardableResult private func publish(
        _ bundles: [TemplateBundle], serial: Int64, on site: StaticSite, by key: SigningKey? = nil
    ) throws -> IndexDocument {
        var draft = IndexDraft(name: "acme")
        for bundle in bundles {
            try draft.add(PackageFile(name: bundle.fileName, bytes: bundle.bytes))
            site.put(bundle.bytes, at: bundle.fileName)
        }
        var document = try draft.document(after: nil)
        document.serial = serial
        site.put(IndexEnvelope.seal(document.bytes, by: [key ?? self.key]), at: "index.json")
        return document
    }

    /// Reads the index once more.
    private func follow(_ scene: Scene) async throws -> IndexProgress {
        _ = try await scene.store.hurry(scene.store.index.id, at: clock.now)
        #expect(try await scene.follower.followDue())
        return scene.store.index.progress
    }

    @Test func `what a site holds is offered, and asked for again by its tag`() async throws {
        try await scene { scene in
            let document = try publish([bundle()], serial: 1, on: scene.site)
            #expect(try await follow(scene).serial == 1)
            #expect(scene.store.content?.templates == document.templates)
            #expect(try await scene.follower.followDue() == false)
            #expect(try await follow(scene).error == nil)
            #expect(scene.site.unchanged == 1)
            try publish([bundle(), bundle(version: "1.1.0")], serial: 2, on: scene.site)
            #expect(try await follow(scene).templates == 2)
        }
    }

    @Test func `whatever goes wrong is told, and the last good one stays`() async throws {
        try await scene { scene in
            let good = try publish([bundle()], serial: 5, on: scene.site)
            _ = try await follow(scene)
            func code() async throws -> IndexFailure.Code? {
                let code = try await follow(scene).error?.code
                #expect(scene.store.content?.templates == good.templates)
                #expect(scene.store.index.progress.serial == 5)
                return code
            }
            scene.site.answer(.internalServerError)
            #expect(try await code() == .unreachable)
            scene.site.answer(nil)
            scene.site.put(Array("<html></html>".utf8), at: "index.json")
            #expect(try await code() == .malformed)
            scene.site.put([UInt8](repeating: 32, count: IndexLimits.bytes + 1), at: "index.json")
            #expect(try await code() == .tooLarge)
            try publish([bundle()], serial: 6, on: scene.site, by: SigningKey())
            #expect(try await code() == .untrusted)
            try publish([bundle()], serial: 4, on: scene.site)
            #expect(try await code() == .rolledBack)
            try publish([bundle("other")], serial: 5, on: scene.site)
            #expect(try await code() == .serialReused)
            scene.store.refuse(IndexFailure(.versionChanged, "It has other bytes."))
            try publish([bundle(about: "Says something else")], serial: 7, on: scene.site)
            #expect(try await code() == .versionChanged)
            scene.store.refuse(nil)
            // Another host, even where it has the same address.
            scene.site.redirect(to: scene.url.replacing("127.0.0.1", with: "localhost") + "/index.json")
            #expect(try await code() == .unreachable)
            scene.site.redirect(to: scene.url + "/index.json")
            #expect(try await code() == .unreachable)
            scene.site.redirect(to: nil)
            scene.site.remove("index.json")
            #expect(try await code() == .unreachable)
            #expect(scene.store.index.progress.failures == 10)
            try publish([bundle("other")], serial: 8, on: scene.site)
            #expect(try await follow(scene).failures == 0)
            #expect(scene.store.content?.templates.first?.name == "other")
        }
    }

    @Test func `nobody is asked where the network policy forbids it`() async throws {
        try await scene { scene in
            try publish([bundle()], serial: 1, on: scene.site)
            let store = scene.store
            let follower = IndexFollower(
                store: store, web: IndexWeb(try OutboundClient(policy: try EgressPolicy(parsing: ""))), clock: clock,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            #expect(try await follower.followDue())
            #expect(store.index.progress.error?.code == .unreachable)
            #expect(scene.site.requests.isEmpty)
        }
    }

    // MARK: Bundles

    private func bundles(of scene: Scene, trust: TrustPolicy = .any) -> IndexedBundles {
        IndexedBundles(store: scene.store, web: scene.web, trust: trust, clock: clock)
    }

    private func failure(_ body: () async throws -> JSON) async -> IndexFailure? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? IndexFailure
        }
    }

    @Test func `a template is fetched once it is wanted, and kept`() async throws {
        try await scene { scene in
            try publish([bundle()], serial: 1, on: scene.site)
            _ = try await follow(scene)
            let id = scene.store.id(of: "greeter")
            #expect(scene.store.kept.isEmpty)
            let document = try await bundles(of: scene).document(of: id, version: Version("1.0.0")!)
            let wanted = try Sample.template()
            #expect(TemplateDocument.read(document).document == wanted)
            #expect(scene.store.kept.values.first == document)
            let gone = await failure { try await bundles(of: scene).document(of: id, version: Version("9.0.0")!) }
            #expect(gone?.code == .gone)
        }
    }

    @Test func `a bundle that is not the one that the index names is not used`() async throws {
        try await scene { scene in
            let honest = try bundle()
            try publish([honest], serial: 1, on: scene.site)
            _ = try await follow(scene)
            let (id, version) = (scene.store.id(of: "greeter"), Version("1.0.0")!)
            let shop = bundles(of: scene)
            var changed = honest.bytes
            changed[changed.count / 2] ^= 1
            scene.site.put(changed, at: honest.fileName)
            #expect(await failure { try await shop.document(of: id, version: version) }?.code == .digestMismatch)
            // For a while the answer is the same without asking.
            let count = scene.site.requests.count
            #expect(await failure { try await shop.document(of: id, version: version) }?.code == .digestMismatch)
            #expect(scene.site.requests.count == count)
            clock.move(by: 60_000)
            scene.site.put(honest.bytes + [0], at: honest.fileName)
            #expect(await failure { try await shop.document(of: id, version: version) }?.code == .tooLarge)
            clock.move(by: 60_000)
            scene.site.remove(honest.fileName)
            #expect(await failure { try await shop.document(of: id, version: version) }?.code == .unreachable)
            clock.move(by: 60_000)
            scene.site.put(honest.bytes, at: honest.fileName)
            #expect(await failure { try await shop.document(of: id, version: version) } == nil)
        }
    }

    @Test func `an index cannot pass one template off as another, nor one that holds a script`() async throws {
        try await scene { scene in
            let other = try bundle("other")
            var document = try Sample.template("scripted")
            document.readMe = "<script>alert(1)</script>"
            let scripted = try TemplateBundle.pack(document)
            var index = try publish([other, scripted], serial: 1, on: scene.site)
            index.templates[0].name = "greeter"
            var entry = index.templates[0].entry.object ?? [:]
            entry["name"] = "greeter"
            index.templates[0].entry = .object(entry)
            scene.site.put(IndexEnvelope.seal(index.bytes, by: [key]), at: "index.json")
            _ = try await follow(scene)
            for name in ["greeter", "scripted"] {
                let id = scene.store.id(of: name)
                let refused = await failure {
                    try await bundles(of: scene).document(of: id, version: Version("1.0.0")!)
                }
                #expect(refused?.code == .bundleRefused, "\(name): \(String(describing: refused))")
            }
            #expect(scene.store.kept.isEmpty)
        }
    }

    @Test func `a host that trusts certain keys wants a signature of these or the index's own`() async throws {
        try await scene { scene in
            let (trusted, version) = (SigningKey(), Version("1.0.0")!)
            let made = [
                try bundle("unsigned"), try TemplateBundle.pack(Sample.template("strange"), key: SigningKey()),
                try TemplateBundle.pack(Sample.template("trusted"), key: trusted),
                try TemplateBundle.pack(Sample.template("own"), key: key),
            ]
            try publish(made, serial: 1, on: scene.site)
            _ = try await follow(scene)
            let policy = TrustPolicy.signed(by: [try SignatureKey(base64: trusted.publicKey)])
            for (name, isTaken) in [("unsigned", false), ("strange", false), ("trusted", true), ("own", true)] {
                let id = scene.store.id(of: name)
                let refused = await failure {
                    try await bundles(of: scene, trust: policy).document(of: id, version: version)
                }
                #expect((refused == nil) == isTaken, "\(name): \(String(describing: refused))")
                #expect(await failure { try await bundles(of: scene).document(of: id, version: version) } == nil)
            }
        }
    }
}
