package import PatchbayCore
package import PatchbayJSON
import PatchbayMarketplace
package import PatchbayModules

/// Fetches templates from the indexes that offer them when somebody first wants to see or install them.
///
/// The index, which a registered key has signed, vouches for the bytes. Where the host trusts only certain keys, one of these, or
/// the index's own, must have signed the bundle too.
package actor IndexedBundles: IndexedTemplateSource {
    private struct Place: Hashable {
        var template: TemplateID
        var version: Version
    }

    private let store: any IndexStore
    private let web: IndexWeb
    private let trust: TrustPolicy
    private let clock: any TimeSource
    private var underWay: Set<Place> = []
    private var failed: [Place: (failure: IndexFailure, at: Timestamp)] = [:]

    /// At a time.
    private static let mostUnderWay = 4
    /// Milliseconds for which a failure is answered again without asking.
    private static let patience: Int64 = 30_000
    private static let mostFailed = 1_000

    package init(store: any IndexStore, web: IndexWeb, trust: TrustPolicy, clock: any TimeSource) {
        self.store = store
        self.web = web
        self.trust = trust
        self.clock = clock
    }

    package func document(of template: TemplateID, version: Version) async throws -> JSON {
        let place = Place(template: template, version: version)
        if let known = failed[place] {
            if clock.now - known.at < Self.patience { throw known.failure }
            failed[place] = nil
        }
        guard !underWay.contains(place), underWay.count < Self.mostUnderWay else {
            throw IndexFailure(.busy, "The template is being fetched from its index. Try again in a moment.")
        }
        underWay.insert(place)
        defer { underWay.remove(place) }
        do {
            return try await fetch(template, version)
        } catch let failure as IndexFailure {
            if failed.count >= Self.mostFailed { failed = [:] }
            failed[place] = (failure, clock.now)
            throw failure
        }
    }

    private func fetch(_ template: TemplateID, _ version: Version) async throws -> JSON {
        guard let release = try await store.release(of: template, version: version) else {
            throw IndexFailure(.gone, "No index offers this version any more.")
        }
        let bytes = try await web.file(release.file, of: release.index)
        let bundle = try Self.open(bytes, release, trust)
        let json = bundle.document.json
        try await store.keep(json, of: template, version: version, sha256: release.file.sha256)
        return json
    }

    private static func open(
        _ bytes: [UInt8], _ release: IndexedRelease, _ trust: TrustPolicy
    ) throws(IndexFailure) -> TemplateBundle {
        let key = try IndexWeb.key(of: release.index)
        let bundle: TemplateBundle
        do throws(BundleRefusal) {
            bundle = try TemplateBundle.open(bytes)
            if case .signed(let keys) = trust { try bundle.check(.signed(by: keys + [key])) }
        } catch {
            throw IndexFailure(.bundleRefused, "The bundle \(release.file.name) is refused: \(error)")
        }
        guard bundle.document.name == release.name, bundle.document.version == release.version else {
            throw IndexFailure(
                .bundleRefused,
                "The bundle \(release.file.name) holds \(bundle.label), and the index names \(release.name) \(release.version)."
            )
        }
        // Nobody has moderated it here.
        if let problem = bundle.document.contentProblems.first {
            throw IndexFailure(
                .bundleRefused, "The bundle \(release.file.name) is refused: \(problem.pointer): \(problem.message)")
        }
        return bundle
    }
}
