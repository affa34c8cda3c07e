import PatchbayCore
import PatchbayJSON
import Synchronization

/// Indexes as the real store keeps them, for what requests do with them.
final class MemoryIndexes: IndexStore, IndexedTemplateSource {
    private let state = Mutex<[TemplateIndex]>([])
    private let offered = Mutex<[IndexedConnector]>([])
    private let source = Mutex<Result<JSON, IndexFailure>>(.failure(IndexFailure(.gone, "It is gone.")))

    /// What fetching any template gives.
    func answer(_ result: Result<JSON, IndexFailure>) { source.withLock { $0 = result } }

    func offer(_ connectors: [IndexedConnector]) { offered.withLock { $0 = connectors } }

    func create(_ index: TemplateIndex) async throws {
        try state.withLock { indexes in
            if indexes.contains(where: { $0.name == index.name }) { throw IndexConflict.nameTaken(index.name) }
            indexes.append(index)
        }
    }

    func indexes() async throws -> [TemplateIndex] { state.withLock { $0.sorted { $0.name < $1.name } } }

    func index(_ id: IndexID) async throws -> TemplateIndex? { state.withLock { $0.first { $0.id == id } } }

    func index(named name: String) async throws -> TemplateIndex? { state.withLock { $0.first { $0.name == name } } }

    func change(_ id: IndexID, _ change: IndexChange, at: Timestamp) async throws -> TemplateIndex? {
        update(id) { index in
            index.url = change.url ?? index.url
            index.key = change.key ?? index.key
            index.isEnabled = change.isEnabled ?? index.isEnabled
            index.interval = change.interval ?? index.interval
            index.nextAt = at
        }
    }

    func hurry(_ id: IndexID, at: Timestamp) async throws -> TemplateIndex? {
        update(id) { $0.nextAt = min($0.nextAt, at) }
    }

    private func update(_ id: IndexID, _ body: (inout TemplateIndex) -> Void) -> TemplateIndex? {
        state.withLock { indexes in
            guard let place = indexes.firstIndex(where: { $0.id == id }) else { return nil }
            body(&indexes[place])
            return indexes[place]
        }
    }

    func remove(_ id: IndexID, at: Timestamp) async throws -> Bool {
        state.withLock { indexes in
            let count = indexes.count
            indexes.removeAll { $0.id == id }
            return indexes.count < count
        }
    }

    func connectors(of id: IndexID, page: PageRequest) async throws -> Page<IndexedConnector> {
        try Page(of: offered.withLock { $0 }, page)
    }

    func claim(at: Timestamp, until: Timestamp) async throws -> TemplateIndex? { nil }

    func store(
        _ progress: IndexProgress, next: Timestamp, of index: TemplateIndex, content: IndexContent?, at: Timestamp
    ) async throws -> Bool { false }

    func release(of template: TemplateID, version: Version) async throws -> IndexedRelease? { nil }

    func keep(_ document: JSON, of template: TemplateID, version: Version, sha256: String) async throws {}

    func document(of template: TemplateID, version: Version) async throws -> JSON {
        try source.withLock { $0 }.get()
    }
}
