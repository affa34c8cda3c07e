import Hummingbird

/// Where webhooks can be reached from outside.
struct WebhookLinks {
    let base: String

    /// `publicURL` is what the operator says; else the address that this request was sent to.
    init(publicURL: String?, request: Request) {
        self.init(publicURL: publicURL, authority: request.head.authority)
    }

    init(publicURL: String?, authority: String?) {
        var base = publicURL ?? "http://" + (authority ?? "localhost")
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
    }

    func url(of endpoint: String) -> String { "\(base)/webhook/\(endpoint)" }

    /// Where providers send browsers back to.
    var oauthCallback: String { "\(base)/api/v1/oauth/callback" }
}
