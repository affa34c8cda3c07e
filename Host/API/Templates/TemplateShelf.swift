import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

/// Where requests find templates: those that are published, and those of their own tenant.
struct TemplateShelf {
    let templates: any TemplateStore
    /// Where templates of indexes come from; nil: documents are not asked for.
    var source: (any IndexedTemplateSource)?

    /// By id or by name.
    func listing(_ text: String) async throws -> TemplateListing? {
        if let id = TemplateID(text) { return try await templates.listing(id) }
        return try await templates.listing(named: text)
    }

    func required(_ text: String) async throws -> TemplateListing {
        guard let listing = try await listing(text) else { throw APIError.noTemplate(text) }
        return listing
    }

    /// A version of a published template that can be installed; the newest without one.
    func document(of listing: TemplateListing, version: String?) async throws -> TemplateDocument {
        let wanted = version ?? listing.version.description
        let versions = try await templates.listedVersions(of: listing.id)
        guard let found = versions.first(where: { $0.version.description == wanted && !$0.isWithdrawn }),
            let document = TemplateDocument.read(try await content(of: found)).document
        else { throw APIError.noVersion(wanted, of: listing.id.description) }
        return document
    }

    /// The document of a version, fetched when only an index has it yet.
    func content(of version: ListedVersion) async throws -> JSON {
        guard !version.isFetched, let source else { return version.document }
        return try await source.document(of: version.template, version: version.version)
    }

    /// The versions of a template of the tenant's own, newest first.
    func own(_ text: String, in tenant: TenantID) async throws -> [TemplateVersion] {
        let id: TemplateID? =
            if let id = TemplateID(text) { id } else { try await templates.template(named: text, in: tenant) }
        guard let id else { throw APIError.noTemplate(text) }
        let versions = try await templates.versions(of: id, in: tenant)
        guard !versions.isEmpty else { throw APIError.noTemplate(text) }
        return versions
    }

    func own(_ text: String, version: String?, in tenant: TenantID) async throws -> TemplateVersion {
        let versions = try await own(text, in: tenant)
        guard let found = versions.first(where: { version == nil || $0.version.description == version }) else {
            throw APIError.noVersion(version ?? "", of: versions[0].template.description)
        }
        return found
    }
}
