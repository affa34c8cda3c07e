/// How requests leave the machine, as the operator configures it.
package struct OutboundRoute: Sendable {
    /// `http://host:port` (or https, socks5, socks5h); nil: directly. Proxy variables of the environment are not read
    /// by themselves. All requests go through it, and it resolves the names: the egress policy then sees only addresses
    /// that stand in URLs literally, so the proxy must keep the networks apart.
    package var proxy: String?
    /// A PEM file of the authorities to trust in place of the system's (`CURL_CA_BUNDLE`, `SSL_CERT_FILE`).
    package var authorities: String?
    /// A PEM file of authorities to trust beside them.
    package var extraAuthorities: String?
    /// Sent as `User-Agent` when the request has none.
    package var userAgent: String

    package init(
        proxy: String? = nil, authorities: String? = nil, extraAuthorities: String? = nil,
        userAgent: String = "Patchbay"
    ) {
        self.proxy = proxy
        self.authorities = authorities
        self.extraAuthorities = extraAuthorities
        self.userAgent = userAgent
    }

    /// From the variables `PATCHBAY_PROXY`, `CURL_CA_BUNDLE`, else `SSL_CERT_FILE`, and `PATCHBAY_EXTRA_CA_FILE`.
    package init(environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            proxy: value("PATCHBAY_PROXY"), authorities: value("CURL_CA_BUNDLE") ?? value("SSL_CERT_FILE"),
            extraAuthorities: value("PATCHBAY_EXTRA_CA_FILE"))
    }
}
