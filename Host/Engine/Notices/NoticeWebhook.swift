package import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Tells programs, by requests that are signed as webhooks of the scheme `patchbay` are.
package struct NoticeWebhook: NoticeSender {
    /// Milliseconds for all of it; a host has a few of them in hand at a time.
    private static let timeout: Int64 = 10_000

    private let web: any TenantWebExchange
    private let credentials: any CredentialSource
    private let clock: any TimeSource

    package init(web: any TenantWebExchange, credentials: any CredentialSource, clock: any TimeSource) {
        self.web = web
        self.credentials = credentials
        self.clock = clock
    }

    package func send(_ pending: PendingNotice) async throws -> NoticeEnd {
        let data = pending.notice.data
        let grant = try await credentials.grant(of: pending)
        guard grant.record.kind == .secret, let secret = grant.fields[CredentialKind.secret.fields[0]] else {
            throw NoticeFailure("the credential is not of the kind secret", isFinal: true)
        }
        let body = (data["body"] ?? .null).bytes()
        // The id by which a repetition is known goes with the signature.
        let id = data["body"]?["id"]?.string ?? pending.notice.key
        let signed = WebhookVerification.headers(
            scheme: .patchbay, of: SignedDelivery(headers: [:], body: body), id: id, secret: secret, at: clock.now)
        var headers: [(name: String, value: String)] = signed ?? []
        headers += [("Content-Type", "application/json"), ("User-Agent", "Patchbay")]
        let request = WebRequest(
            method: "POST", url: pending.notice.recipient, headers: headers, body: body, timeout: Self.timeout)
        _ = try await NoticeRequest(web: web, tenant: pending.tenant).send(request, to: "the receiver")
        return .sent
    }
}
