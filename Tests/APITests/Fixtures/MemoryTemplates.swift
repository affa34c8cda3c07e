import PatchbayCore
import PatchbayJSON
import Synchronization

/// Templates and installations as the real stores keep them; searches know only whole words.
final class MemoryTemplates: TemplateStore, InstallationStore, PublisherStore {
    private struct State {
        var versions: [TemplateVersion] = []
        var submitted: [TemplateVersion] = []
        var listings: [TemplateListing] = []
        var listed: [ListedVersion] = []
        var profiles: [PublisherProfile] = []
        var installations: [TemplateInstallation] = []
        /// The newest last; they stay when they are taken away.
        var installed: [TemplateInstallation] = []

        /// With what its publisher says of itself.
        func shown(_ listing: TemplateListing) -> TemplateListing {
            var listing = listing
            listing.profile = profiles.first { $0.tenant == listing.publisher }.map {
                PublisherProfile.Reference(id: $0.id, name: $0.name)
            }
            return listing
        }
    }

    private let state = Mutex(State())
    private let workflows: MemoryWorkflows

    init(workflows: MemoryWorkflows) { self.workflows = workflows }

    func put(_ version: TemplateVersion) async throws -> Bool {
        state.withLock { state in
            let isSame = { (other: TemplateVersion) in
                other.template == version.template && other.version == version.version
            }
            guard !state.submitted.contains(where: { isSame($0) && $0.submission?.state != .rejected }) else {
                return false
            }
            state.versions.removeAll(where: isSame)
            state.versions.append(version)
            return true
        }
    }

    func versions(of id: TemplateID, in tenant: TenantID) async throws -> [TemplateVersion] {
        state.withLock { state in
            state.versions.filter { $0.template == id && $0.tenant == tenant }.map { version in
                var version = version
                version.submission =
                    state.submitted.first { $0.template == id && $0.version == version.version }?.submission
                return version
            }.sorted { $0.version > $1.version }
        }
    }

    func templates(in tenant: TenantID, page: PageRequest) async throws -> Page<TemplateVersion> {
        try Page(
            of: state.withLock { state in
                let ids = Set(state.versions.filter { $0.tenant == tenant }.map(\.template)).sorted(by: >)
                return ids.compactMap { id in state.versions.last { $0.template == id } }
            }, page)
    }

    func template(named name: String, in tenant: TenantID) async throws -> TemplateID? {
        state.withLock { $0.versions.first { $0.name == name && $0.tenant == tenant }?.template }
    }

    func apply(_ event: SubmissionEvent, to change: SubmissionChange) async throws -> TemplateSubmission {
        try state.withLock { state in
            let index = state.submitted.firstIndex {
                $0.template == change.version.template && $0.version == change.version.version
            }
            let before = index.flatMap { state.submitted[$0].submission }
            var isHeld = before?.isHeld ?? false
            if case .submit(let held) = event, before?.state != .approved { isHeld = held }
            guard let next = SubmissionState.after(event, from: before?.state, isHeld: isHeld) else {
                throw TemplateConflict.state(before?.state)
            }
            if next == .published,
                state.listings.contains(where: { $0.name == change.listing.name && $0.id != change.listing.id })
            {
                throw TemplateConflict.nameTaken(change.listing.name)
            }
            var version = change.version
            let isDecided = next != .pending
            version.submission = TemplateSubmission(
                state: next, isHeld: isHeld, reasons: change.reasons, submittedBy: before?.submittedBy ?? change.actor,
                submittedAt: before?.submittedAt ?? change.at, decidedBy: isDecided ? change.actor : nil,
                decidedAt: isDecided ? change.at : nil)
            if let index { state.submitted[index] = version } else { state.submitted.append(version) }
            if next == .published { Self.list(change, in: &state) }
            if next == .withdrawn {
                state.listings.removeAll { $0.id == version.template }
                for index in state.listed.indices
                where state.listed[index].template == version.template && state.listed[index].version == version.version
                {
                    state.listed[index].isWithdrawn = true
                }
            }
            return version.submission!
        }
    }

    private static func list(_ change: SubmissionChange, in state: inout State) {
        var listing = change.listing
        listing.rating = state.listings.first { $0.id == listing.id }?.rating ?? listing.rating
        state.listings.removeAll { $0.id == listing.id }
        state.listings.append(listing)
        state.listed.insert(
            ListedVersion(
                template: change.version.template, version: change.version.version, document: change.version.document,
                publishedAt: change.at), at: 0)
    }

    func submissions(in wanted: SubmissionState, page: PageRequest) async throws -> Page<TemplateVersion> {
        try Page(of: state.withLock { $0.submitted.filter { $0.submission?.state == wanted } }, page)
    }

    func submission(of id: TemplateID, version: Version) async throws -> TemplateVersion? {
        state.withLock { $0.submitted.first { $0.template == id && $0.version == version } }
    }

    func search(_ search: TemplateSearch, page: PageRequest) async throws -> Page<TemplateListing> {
        try Page(
            of: state.withLock { state in
                state.listings.filter { listing in
                    let words = TemplateSearch.words(of: listing.name + " " + listing.about)
                    return search.words.allSatisfy(words.contains)
                        && search.category.map { $0 == listing.category } ?? true
                        && search.tag.map(listing.tags.contains) ?? true
                        && search.connector.map(listing.connectors.contains) ?? true
                        && search.author.map { $0 == listing.author } ?? true
                        && search.publisher.map { state.shown(listing).profile?.id == $0 } ?? true
                }.map(state.shown)
            }, page)
    }

    func listing(_ id: TemplateID) async throws -> TemplateListing? {
        state.withLock { state in state.listings.first { $0.id == id }.map(state.shown) }
    }

    func listing(named name: String) async throws -> TemplateListing? {
        state.withLock { state in state.listings.first { $0.name == name }.map(state.shown) }
    }

    func listedVersions(of id: TemplateID) async throws -> [ListedVersion] {
        state.withLock { $0.listed.filter { $0.template == id } }
    }

    func deprecate(
        _ id: TemplateID, in tenant: TenantID, reason: String?, at: Timestamp
    ) async throws -> TemplateListing? {
        state.withLock { state in
            guard let index = state.listings.firstIndex(where: { $0.id == id && $0.publisher == tenant }) else {
                return nil
            }
            state.listings[index].deprecation = reason
            return state.shown(state.listings[index])
        }
    }

    func rate(_ id: TemplateID, _ rating: TemplateRating) {
        state.withLock { state in
            for index in state.listings.indices where state.listings[index].id == id {
                state.listings[index].rating = rating
            }
        }
    }

    // MARK: Publishers

    func put(_ profile: PublisherProfile) async throws -> PublisherProfile {
        try state.withLock { state in
            var profile = profile
            for other in state.profiles where other.tenant != profile.tenant {
                guard other.name.lowercased() != profile.name.lowercased() else {
                    throw PublisherNameTaken(name: profile.name)
                }
            }
            if let before = state.profiles.first(where: { $0.tenant == profile.tenant }) {
                profile.id = before.id
                profile.createdAt = before.createdAt
            }
            state.profiles.removeAll { $0.tenant == profile.tenant }
            state.profiles.append(profile)
            return profile
        }
    }

    func profile(of tenant: TenantID) async throws -> PublisherProfile? {
        state.withLock { $0.profiles.first { $0.tenant == tenant } }
    }

    func profile(_ id: PublisherID) async throws -> PublisherProfile? {
        state.withLock { $0.profiles.first { $0.id == id } }
    }

    /// Lists a template as following an index does: its versions are not fetched yet.
    func follow(_ listing: TemplateListing) {
        let name = listing.name.split(separator: ":").last.map(String.init) ?? ""
        state.withLock { state in
            state.listings.append(listing)
            state.listed.append(
                ListedVersion(
                    template: listing.id, version: listing.version,
                    document: ["name": .string(name), "version": .string(listing.version.description)],
                    publishedAt: listing.publishedAt, isFetched: false))
        }
    }

    // MARK: Installations

    func installedVersion(of template: TemplateID, in tenant: TenantID) -> Version? {
        state.withLock { $0.installed.last { $0.template == template && $0.tenant == tenant }?.base.version }
    }

    func install(
        _ installation: TemplateInstallation, workflow: WorkflowRecord, document: JSON, webhooks: [WebhookRecord]
    ) async throws {
        try await workflows.create(workflow, document: document, webhooks: webhooks)
        state.withLock {
            $0.installations.append(installation)
            $0.installed.append(installation)
        }
    }

    func update(
        _ installation: TemplateInstallation, name: String, about: String, document: JSON, webhooks: [WebhookRecord],
        expecting: Int, at: Timestamp
    ) async throws -> WorkflowRecord? {
        let record = try await workflows.update(
            installation.workflow, in: installation.tenant, name: name, about: about, document: document,
            webhooks: webhooks, expecting: expecting, at: at)
        state.withLock { state in
            state.installed.append(installation)
            for index in state.installations.indices where state.installations[index].id == installation.id {
                state.installations[index] = installation
            }
        }
        return record
    }

    func uninstall(_ id: InstallationID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        guard let installation = try await installation(id, in: tenant) else { return false }
        _ = try await workflows.delete(installation.workflow, in: tenant, expecting: nil, at: at)
        state.withLock { $0.installations.removeAll { $0.id == id } }
        return true
    }

    func installation(_ id: InstallationID, in tenant: TenantID) async throws -> TemplateInstallation? {
        state.withLock { $0.installations.first { $0.id == id && $0.tenant == tenant } }
    }

    func installations(in tenant: TenantID, page: PageRequest) async throws -> Page<TemplateInstallation> {
        try Page(of: state.withLock { $0.installations.filter { $0.tenant == tenant }.reversed() }, page)
    }
}
