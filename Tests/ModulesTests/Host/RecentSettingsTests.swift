import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayModules

@Suite struct RecentSettingsTests {
    private let tenant = TenantID(high: 1, low: 1)
    private let moment = Timestamp(milliseconds: 0)

    @Test func `what was read a moment ago is not read again`() async throws {
        let store = CountedSettings(["base_url": "https://a.example"])
        let recent = RecentSettings(store, age: .seconds(3_600))
        for _ in 0..<3 {
            #expect(try await recent.settings(of: "acme", in: tenant) == ["base_url": "https://a.example"])
        }
        #expect(store.readings == 1)
        _ = try await recent.settings(of: "acme", in: TenantID(high: 1, low: 2))
        _ = try await recent.settings(of: "other", in: tenant)
        #expect(store.readings == 3)
    }

    @Test func `what is old is read again`() async throws {
        let store = CountedSettings([:])
        let recent = RecentSettings(store, age: .zero)
        for _ in 0..<3 { _ = try await recent.settings(of: "acme", in: tenant) }
        #expect(store.readings == 3)
    }

    @Test func `what is set is in force at once`() async throws {
        let store = CountedSettings(["n": 1])
        let recent = RecentSettings(store, age: .seconds(3_600))
        _ = try await recent.settings(of: "acme", in: tenant)
        try await recent.set(["n": 2], of: "acme", in: tenant, at: moment)
        #expect(try await recent.settings(of: "acme", in: tenant) == ["n": 2])
        #expect(store.readings == 1)
    }

    @Test func `a reading that somebody overtook does not hide what was set`() async throws {
        let store = CountedSettings(["n": 1])
        let recent = RecentSettings(store, age: .seconds(3_600))
        store.beforeAnswering { try await recent.set(["n": 2], of: "acme", in: tenant, at: moment) }
        #expect(try await recent.settings(of: "acme", in: tenant) == ["n": 1])
        #expect(try await recent.settings(of: "acme", in: tenant) == ["n": 2])
    }
}

/// Settings in memory that count how often they are read.
private final class CountedSettings: ConnectorSettingsStore {
    private struct State {
        var settings: JSON
        var readings = 0
        var interlude: (@Sendable () async throws -> Void)?
    }

    private let state: Mutex<State>

    init(_ settings: JSON) { state = Mutex(State(settings: settings)) }

    var readings: Int { state.withLock(\.readings) }

    /// Runs `body` once, when settings were read and are not answered yet.
    func beforeAnswering(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.interlude = body }
    }

    func settings(of connector: String, in tenant: TenantID) async throws -> JSON {
        let (settings, interlude) = state.withLock { state in
            defer { state.interlude = nil }
            state.readings += 1
            return (state.settings, state.interlude)
        }
        try await interlude?()
        return settings
    }

    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {
        state.withLock { $0.settings = settings }
    }
}
