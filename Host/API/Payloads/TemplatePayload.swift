import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

extension TemplateListing {
    func json(_ links: TemplateLinks) -> JSONObject {
        [
            "id": .string(id.description), "url": .string(links.url(of: self)), "publisher": profile?.json ?? .null,
            "name": .string(name), "title": .string(title.isEmpty ? name : title),
            "description": .string(about), "author": .string(author), "category": .string(category),
            "tags": .array(tags.map(JSON.string)), "connectors": .array(connectors.map(JSON.string)),
            "version": .string(version.description), "installs": .int(Int64(installs)),
            "active_installations": .int(Int64(active)), "rating": rating.json,
            "deprecated": deprecation.map(JSON.string) ?? .null,
            "index": index.map(JSON.string) ?? .null,
            "published_at": .string(publishedAt.description), "updated_at": .string(updatedAt.description),
        ]
    }
}

extension PublisherProfile.Reference {
    fileprivate var json: JSON { ["id": .string(id.description), "name": .string(name)] }
}

extension TemplateVersion {
    /// Without its document.
    var json: JSONObject {
        [
            "template_id": .string(template.description), "name": .string(name),
            "version": .string(version.description), "state": .string(submission?.state.rawValue ?? "draft"),
            "reasons": submission.map { .string($0.reasons) } ?? .null, "created_by": .string(createdBy),
            "created_at": .string(createdAt.description), "submitted_at": .time(submission?.submittedAt),
            "decided_at": .time(submission?.decidedAt),
        ]
    }
}

extension ListedVersion {
    /// Without its document.
    var json: JSONObject {
        [
            "template_id": .string(template.description), "name": document["name"] ?? .null,
            "version": .string(version.description),
            "state": .string((isWithdrawn ? SubmissionState.withdrawn : .published).rawValue),
            "reasons": .null, "created_by": .null, "created_at": .string(publishedAt.description),
            "submitted_at": .null, "decided_at": .string(publishedAt.description),
        ]
    }
}

extension TemplateInstallation {
    var json: JSONObject {
        [
            "id": .string(id.description), "template_id": .string(template.description),
            "workflow_id": .string(workflow.description), "version": .string(base.version.description),
            "parameters": base.parameters, "credentials": base.credentials, "can_revert": .bool(previous != nil),
            "installed_by": .string(installedBy), "installed_at": .string(installedAt.description),
            "updated_at": .string(updatedAt.description),
        ]
    }
}
