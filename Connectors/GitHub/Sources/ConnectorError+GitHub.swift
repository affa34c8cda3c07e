import ConnectorSDK
import PatchbayJSON

extension ConnectorError {
    /// What a refusal of GitHub means (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api).
    init(gitHub response: HTTPResponse, pointers: [String: String]) {
        let body = try? response.json()
        let problems = (body?["errors"]?.array ?? []).map(Problem.init)
        let said = body?["message"]?.string ?? "no reason was given"
        self.init(
            response, "GitHub answered with status \(response.status): \(said)", vendorCode: problems.first?.code,
            detail: body.map { ["errors": $0["errors"] ?? [], "documentation_url": $0["documentation_url"] ?? nil] })
        if !problems.isEmpty { message += " (\(problems.prefix(5).map(\.text).joined(separator: "; ")))" }
        message += "."
        if response.isRateLimit(said) {
            code = .rateLimited
            retryAfter = response.rateLimitWait
            return
        }
        switch response.status {
        case 301, 302, 307, 308:
            code = .notFound
            effect = .none
            message =
                "The repository or issue was renamed or transferred"
                + (response.header("location").map { "; GitHub names \($0) as its address." } ?? ".")
        case 401:
            message += " Replace the credential's token: it is wrong, has expired or was revoked."
        case 403:
            message += response.permissionAdvice
        case 404:
            message += " Check the names; GitHub says this, too, of what the token may not see."
        case 422:
            if problems.contains(where: \.isConflict) { code = .conflict }
            pointer = problems.lazy.compactMap { $0.field.flatMap { pointers[$0] } }.first
        default:
            break
        }
    }

    /// One of the `errors` of a 422; GitHub gives an object, or a sentence.
    private struct Problem {
        var field: String?
        var code: String?
        var text: String

        init(_ json: JSON) {
            field = json["field"]?.string
            code = json["code"]?.string
            let words = json.string ?? json["message"]?.string
            text = words ?? [field, code].compactMap(\.self).joined(separator: ": ")
        }

        var isConflict: Bool { code == "already_exists" || text.contains("already exists") }
    }
}

extension HTTPResponse {
    /// Whether it is one of GitHub's rate limits, which come as 403 or 429
    /// (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
    fileprivate func isRateLimit(_ said: String) -> Bool {
        guard status == 403 || status == 429 else { return false }
        return status == 429 || header("retry-after") != nil || header("x-ratelimit-remaining") == "0"
            || said.lowercased().contains("rate limit")
    }

    /// `Retry-After`, else until the moment of `x-ratelimit-reset`, else the minute that GitHub asks for.
    fileprivate var rateLimitWait: Duration {
        if let retryAfter { return retryAfter }
        if header("x-ratelimit-remaining") == "0", let reset = header("x-ratelimit-reset").flatMap({ Int64($0) }),
            let wait = wait(until: reset)
        {
            // Both moments are cut to whole seconds.
            return wait + .seconds(1)
        }
        return .seconds(60)
    }

    /// What the token lacks, where GitHub tells.
    fileprivate var permissionAdvice: String {
        if let sso = header("x-github-sso"), sso.hasPrefix("required") {
            return " The organisation wants the token to be authorised for single sign-on."
        }
        if let wanted = header("x-accepted-github-permissions") { return " The token needs the permissions \(wanted)." }
        return " The token lacks a permission for this."
    }
}
