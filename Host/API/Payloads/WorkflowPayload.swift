import PatchbayCore
import PatchbayEngine
import PatchbayJSON

extension WorkflowRecord {
    /// What lists show of a workflow.
    var json: JSONObject {
        [
            "id": .string(id.description), "name": .string(name), "description": .string(about),
            "status": .string(status.rawValue), "version": .int(Int64(version)),
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]
    }

    /// A workflow with the addresses of its webhooks, and with its document where that was asked for.
    func json(webhooks: [PlannedWebhook], at links: WebhookLinks, document: JSON? = nil) -> JSON {
        var object = json
        let urls = webhooks.compactMap { webhook in webhook.endpoint.map { (webhook, links.url(of: $0)) } }
        object["webhook_url"] = urls.first.map { .string($0.1) } ?? .null
        object["webhook_urls"] = .array(
            urls.map { webhook, url in
                [
                    "node": .string(webhook.node), "method": .string(webhook.methods.joined(separator: ", ")),
                    "url": .string(url),
                ]
            })
        if let document {
            object["nodes"] = document["nodes"] ?? []
            object["edges"] = document["edges"] ?? []
            object["document"] = document
        }
        return .object(object)
    }
}

extension WorkflowVersion {
    /// What lists show of a version.
    var json: JSONObject {
        [
            "workflow_id": .string(workflow.description), "version": .int(Int64(version)),
            "created_at": .string(createdAt.description),
        ]
    }
}
