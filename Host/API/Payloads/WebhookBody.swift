import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// What a request wants of a webhook.
enum WebhookBody {
    static let members = ["name", "enabled", "filter", "per_minute", "max_bytes"]
    private static let mostPerMinute: Int64 = 1_000_000

    /// Null takes a filter or limit away; what is left out stays.
    static func change(_ body: JSON, _ limits: APILimits) throws(APIError) -> WebhookChange {
        var members = try MemberReader(body: body, known: members)
        var change = change(&members, limits)
        for member in body.object ?? [:] where member.value.isNull {
            switch member.name {
            case "filter": change.filter = .some(nil)
            case "per_minute": change.perMinute = .some(nil)
            case "max_bytes": change.mostBytes = .some(nil)
            default: break
            }
        }
        try members.check()
        return change
    }

    static func change(_ members: inout MemberReader, _ limits: APILimits) -> WebhookChange {
        var change = WebhookChange(name: members.text("name"), isEnabled: members.bool("enabled"))
        if let filter = members.text("filter", limit: WebhookFilter.longest) {
            for problem in WebhookFilter.problems(of: filter) {
                members.report(problem.code, at: "filter", problem.message, hint: problem.hint)
            }
            change.filter = .some(filter)
        }
        if let most = members.integer("per_minute", in: 1...mostPerMinute) { change.perMinute = .some(Int(most)) }
        if let most = members.integer("max_bytes", in: 1...Int64(limits.delivery)) {
            change.mostBytes = .some(Int(most))
        }
        return change
    }
}
