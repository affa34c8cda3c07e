import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import Synchronization

/// One index, as the real store follows it.
final class MemoryIndexStore: IndexStore {
    private struct State {
        var index: TemplateIndex
        var content: IndexContent?
        var kept: [String: JSON] = [:]
        var ids: [String: TemplateID] = [:]
        var refusal: IndexFailure?
    }

    private let state: Mutex<State>

    init(_ index: TemplateIndex) { state = Mutex(State(index: index)) }

    var index: TemplateIndex { state.withLock { $0.index } }
    var content: IndexContent? { state.withLock { $0.content } }
    var kept: [String: JSON] { state.withLock { $0.kept } }

    /// What the store says of the next content.
    func refuse(_ failure: IndexFailure?) { state.withLock { $0.refusal = failure } }

    func id(of name: String) -> TemplateID {
        state.withLock { state in
            let id = state.ids[name] ?? .new(at: state.index.createdAt)
            state.ids[name] = id
            return id
        }
    }

    func create(_ index: TemplateIndex) async throws {}
    func indexes() async throws -> [TemplateIndex] { [index] }
    func index(_ id: IndexID) async throws -> TemplateIndex? { index }
    func index(named name: String) async throws -> TemplateIndex? { index }
    func change(_ id: IndexID, _ change: IndexChange, at: Timestamp) async throws -> TemplateIndex? {
        state.withLock { state in
            state.index.url = change.url ?? state.index.url
            state.index.key = change.key ?? state.index.key
            return state.index
        }
    }

    func hurry(_ id: IndexID, at: Timestamp) async throws -> TemplateIndex? {
        state.withLock { state in
            state.index.nextAt = at
            return state.index
        }
    }

    func remove(_ id: IndexID, at: Timestamp) async throws -> Bool { false }
    func connectors(of id: IndexID, page: PageRequest) async throws -> Page<IndexedConnector> {
        Page(items: content?.connectors ?? [], next: nil)
    }

    func claim(at: Timestamp, until: Timestamp) async throws -> TemplateIndex? {
        state.withLock { state in
            guard state.index.nextAt <= at else { return nil }
            state.index.nextAt = until
            return state.index
        }
    }

    func store(
        _ progress: IndexProgress, next: Timestamp, of index: TemplateIndex, content: IndexContent?, at: Timestamp
    ) async throws -> Bool {
        try state.withLock { state in
            if content != nil, let refusal = state.refusal { throw refusal }
            state.index.progress = progress
            state.index.nextAt = next
            state.content = content ?? state.content
            return true
        }
    }

    func release(of template: TemplateID, version: Version) async throws -> IndexedRelease? {
        state.withLock { state in
            guard let name = state.ids.first(where: { $0.value == template })?.key,
                let found = state.content?.templates.first(where: { $0.name == name && $0.version == version })
            else { return nil }
            return IndexedRelease(index: state.index, name: name, version: version, file: found.file)
        }
    }

    func keep(_ document: JSON, of template: TemplateID, version: Version, sha256: String) async throws {
        state.withLock { $0.kept[sha256] = document }
    }
}

/// A clock that stands until it is moved.
final class StandingClock: TimeSource {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp { time.withLock { $0 } }

    func move(by milliseconds: Int64) { time.withLock { $0 = $0 + milliseconds } }
}
