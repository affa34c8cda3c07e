import Logging
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayEngine

/// What connectors subscribe, with the vendor, the store and time in the test's hand.
struct SubscribingTests {
    private let clock = ManualClock()
    private let store = MemorySubscriptions()
    private let vendor = StandInVendor()

    private func watch(address: String? = "https://p.example/") -> SubscriptionWatch {
        SubscriptionWatch(
            subscriptions: store,
            subscribing: Subscribing(
                subscriptions: store, catalogue: vendor,
                invoker: ScriptedInvoker { [vendor] in OperationResult(output: try vendor.answer($0)) },
                secrets: store, address: address, clock: clock), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `a wanted trigger is subscribed once, with an address and a secret of its own`() async throws {
        store.want(["repo": "a"], at: clock.now)
        try await watch().look()
        let record = try #require(store.all.first)
        #expect(record.progress.stage == .subscribed && record.nextAt == nil)
        #expect(record.progress.subscription == ["id": "hook-1", "data": ["n": 1]])
        #expect(vendor.hooks == ["https://p.example/webhook/\(record.endpoint)": "a"])
        #expect(vendor.secrets == ["secret of \(record.secret)"])
        let call = try #require(vendor.calls.first)
        #expect(call.credential == "token" && call.subscription == record.id)
        #expect(call.reference.description == "octo@1.0.0/opened_subscribe")
        store.want(["repo": "a"], at: clock.now)
        try await watch().look()
        #expect(vendor.calls.count == 1)
    }

    @Test func `a pause ends it, and it comes again at the same address`() async throws {
        store.want(["repo": "a"], at: clock.now)
        try await watch().look()
        let address = vendor.hooks.keys.first
        store.pause(true, at: clock.now)
        try await watch().look()
        #expect(vendor.hooks.isEmpty && store.all.first?.progress == SubscriptionProgress())
        #expect(vendor.calls.last?.input["id"] == "hook-1" && vendor.calls.last?.input["data"] == ["n": 1])
        #expect(vendor.calls.last?.input["secret"] == nil)
        store.pause(false, at: clock.now)
        try await watch().look()
        #expect(vendor.hooks.keys.first == address)
        store.want(nil, at: clock.now)
        try await watch().look()
        #expect(vendor.hooks.isEmpty && store.all.isEmpty && store.secrets.isEmpty)
    }

    @Test func `another input is subscribed before the former one ends`() async throws {
        store.want(["repo": "a"], at: clock.now)
        try await watch().look()
        store.want(["repo": "b"], at: clock.now)
        try await watch().look()
        clock.set(clock.now + 1_000)
        try await watch().look()
        #expect(vendor.hooks.values.map(\.self) == ["b"])
        #expect(vendor.calls.map(\.reference.operation).suffix(2) == ["opened_subscribe", "opened_unsubscribe"])
        // One that cannot be made holds nothing up.
        vendor.failure = OperationFailure(code: .authDenied, message: "No.")
        store.want(["repo": "c"], at: clock.now)
        try await watch().look()
        clock.set(clock.now + 1_000)
        vendor.failure = nil
        try await watch().look()
        #expect(!vendor.hooks.values.contains("b"))
    }

    @Test func `a failure is kept without the secret, and waited after`() async throws {
        vendor.failure = OperationFailure(code: .invalidInput, message: "secret of all is wrong", retryAfter: 90_000)
        store.want(["repo": "a"], at: clock.now)
        let name = try #require(store.all.first?.secret)
        vendor.failure = OperationFailure(code: .invalidInput, message: "I know “secret of \(name)”.")
        try await watch().look()
        let record = try #require(store.all.first)
        #expect(record.progress.error == ["code": "invalid_input", "message": "I know “‹secret›”."])
        #expect(record.progress.failures == 1 && record.nextAt == clock.now + 5_000)
        vendor.failure = nil
        clock.set(clock.now + 5_000)
        try await watch().look()
        #expect(store.all.first?.progress.error == nil && vendor.hooks.count == 1)
    }

    @Test func `without an address, a connector or an active tenant nothing is asked of the vendor`() async throws {
        store.want(["repo": "a"], at: clock.now)
        try await watch(address: nil).look()
        #expect(store.all.first?.progress.error?["code"] == "config")
        #expect(store.all.first?.progress.stage == .absent)
        store.isSuspended = true
        clock.set(clock.now + 5_000)
        try await watch().look()
        #expect(vendor.calls.isEmpty && store.all.first?.nextAt == clock.now + 60_000)
    }

    @Test func `a host that dies while it subscribes leaves one hook, whether it is wanted still or not`() async throws
    {
        for isWanted in [true, false] {
            store.want(["repo": "a"], at: clock.now)
            store.isDying = true
            try await watch().look()
            store.isDying = false
            #expect(vendor.hooks.count == 1)
            #expect(store.all.first?.progress.stage == .subscribing && store.all.first?.progress.subscription == nil)
            if !isWanted { store.want(nil, at: clock.now) }
            // The lease has to be over.
            clock.set(clock.now + 120_000)
            try await watch().look()
            #expect(vendor.hooks.count == (isWanted ? 1 : 0))
            #expect(store.all.first?.progress.stage == (isWanted ? .subscribed : nil))
            store.want(nil, at: clock.now)
            try await watch().look()
            #expect(vendor.hooks.isEmpty)
        }
    }

    /// Whatever happens in whatever order: once all is quiet, the vendor sends exactly what is wanted.
    @Test(arguments: 0..<200) func `in the end the vendor knows what is wanted and nothing else`(seed: UInt64)
        async throws
    {
        var chance = Chance(seed)
        var (input, isPaused) = (nil as JSON?, false)
        for _ in 0..<24 {
            vendor.isAnswerLost = chance.next(4) == 0
            vendor.failure = chance.next(4) == 0 ? OperationFailure(code: .unavailable, message: "Down.") : nil
            store.isDying = chance.next(4) == 0
            switch chance.next(6) {
            case 0:
                input = ["repo": .int(Int64(chance.next(3)))]
                store.want(input, at: clock.now)
                if isPaused { store.pause(true, at: clock.now) }
            case 1:
                input = nil
                store.want(nil, at: clock.now)
            case 2:
                isPaused.toggle()
                store.pause(isPaused, at: clock.now)
            default: break
            }
            // Once, as hosts look: one that dies does not look again.
            for claim in try await store.claim(at: clock.now, limit: 8, until: clock.now + 120_000) {
                _ = try? await subscribing.deal(with: claim, atMost: 60_000)
            }
            clock.set(clock.now + [1_000, 30_000, 130_000][chance.next(3)])
        }
        (vendor.isAnswerLost, vendor.failure, store.isDying) = (false, nil, false)
        for _ in 0..<20 {
            clock.set(clock.now + 4_000_000)
            try await watch().look()
        }
        let wanted = input.flatMap { isPaused ? nil : $0["repo"] }
        #expect(vendor.hooks.values.map(\.self) == (wanted.map { [$0] } ?? []))
        #expect(store.all.count == (input == nil ? 0 : 1))
        #expect(store.all.allSatisfy { $0.nextAt == nil })
        #expect(store.secrets.count <= store.all.count)
    }

    private var subscribing: Subscribing {
        Subscribing(
            subscriptions: store, catalogue: vendor,
            invoker: ScriptedInvoker { [vendor] in OperationResult(output: try vendor.answer($0)) }, secrets: store,
            address: "https://p.example", clock: clock)
    }

    /// SplitMix64.
    private struct Chance {
        private var state: UInt64

        init(_ seed: UInt64) { state = seed }

        mutating func next(_ bound: UInt64) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % bound)
        }
    }
}
