/// An HTTP or HTTPS request that somebody inside wants made, with what they may do.
package struct OutboundRequest: Sendable {
    /// As it goes out: `GET`, `POST`, …
    package var method: String
    /// Absolute, http or https, without user information. Spaces and non-ASCII characters are percent-encoded.
    package var url: String
    /// In the order given. Framing (`Host`, `Content-Length`, `Transfer-Encoding`, …) is the client's and refused here.
    package var headers: [HTTPField]
    package var body: [UInt8]
    /// Milliseconds for everything: waiting for a connection, redirects, reading the body.
    package var timeout: Int64
    /// Bytes of the answer's decoded body past which the request fails.
    package var maxBody: Int
    /// How many redirects are followed, 0 to 20; with 0 a redirect is an answer like any other.
    package var maxRedirects: Int
    /// Where it may go, redirects included. Nothing is sent anywhere else.
    package var allowedHosts: [HostPattern]
    /// What the operator lets the tenant reach that the request is made for.
    package var tenantEgress = TenantEgress.unlimited
    package var attachment: SecretAttachment?
    /// Where the attachment may go; elsewhere the request goes without it.
    package var attachmentHosts: [HostPattern]

    package init(
        method: String = "GET", url: String, headers: [HTTPField] = [], body: [UInt8] = [], timeout: Int64 = 30_000,
        maxBody: Int = 32 << 20, maxRedirects: Int = 0, allowedHosts: [HostPattern],
        attachment: SecretAttachment? = nil, attachmentHosts: [HostPattern] = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maxBody = maxBody
        self.maxRedirects = maxRedirects
        self.allowedHosts = allowedHosts
        self.attachment = attachment
        self.attachmentHosts = attachmentHosts
    }
}
