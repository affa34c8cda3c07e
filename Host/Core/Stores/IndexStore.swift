package import PatchbayJSON

/// Indexes that the installation follows, and what they offer. They belong to no tenant.
package protocol IndexStore: Sendable {
    // MARK: As operators see them

    /// Throws `IndexConflict`.
    func create(_ index: TemplateIndex) async throws
    /// By name.
    func indexes() async throws -> [TemplateIndex]
    func index(_ id: IndexID) async throws -> TemplateIndex?
    func index(named name: String) async throws -> TemplateIndex?
    /// One that is disabled offers nothing until it was enabled and read again; another address or key begins anew, and what is
    /// offered stays until that was read. Nil: it is gone.
    func change(_ id: IndexID, _ change: IndexChange, at: Timestamp) async throws -> TemplateIndex?
    /// Has it read as soon as a host can. Nil: it is gone.
    func hurry(_ id: IndexID, at: Timestamp) async throws -> TemplateIndex?
    /// Nothing of it is offered any more; what was installed goes on. False: it is gone.
    func remove(_ id: IndexID, at: Timestamp) async throws -> Bool
    func connectors(of id: IndexID, page: PageRequest) async throws -> Page<IndexedConnector>

    // MARK: Following

    /// Takes one whose time has come for this caller alone, until then; nil: there is none.
    func claim(at: Timestamp, until: Timestamp) async throws -> TemplateIndex?
    /// Stores what came of reading one and lets go of it: with new content in place of what it offered, in one transaction.
    /// False, and nothing is stored, where it was changed meanwhile. Throws `IndexFailure` with `version-changed`.
    func store(
        _ progress: IndexProgress, next: Timestamp, of index: TemplateIndex, content: IndexContent?, at: Timestamp
    ) async throws -> Bool

    // MARK: Bundles

    /// Where a version of a listed template is fetched from; nil: it is not offered.
    func release(of template: TemplateID, version: Version) async throws -> IndexedRelease?
    /// Keeps what was in the bundle with that digest.
    func keep(_ document: JSON, of template: TemplateID, version: Version, sha256: String) async throws
}

/// All that an index offers.
package struct IndexContent: Sendable, Equatable {
    package var templates: [IndexedTemplate]
    package var connectors: [IndexedConnector]

    package init(templates: [IndexedTemplate], connectors: [IndexedConnector]) {
        self.templates = templates
        self.connectors = connectors
    }
}

/// Why an index is not registered.
package enum IndexConflict: Error, Equatable, Sendable {
    case nameTaken(String)
    /// There are as many as an installation may follow.
    case tooMany(Int)
}

/// Where versions of templates come from that only an index has yet.
package protocol IndexedTemplateSource: Sendable {
    /// Fetches, checks and keeps one. Throws `IndexFailure`.
    func document(of template: TemplateID, version: Version) async throws -> JSON
}
