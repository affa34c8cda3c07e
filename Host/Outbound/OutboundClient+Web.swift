package import PatchbayCore

extension OutboundClient: WebExchange {
    package func exchange(_ request: WebRequest) async throws -> WebAnswer {
        try await exchange(request, within: .unlimited)
    }

    /// The same where a tenant may send it.
    package func exchange(_ request: WebRequest, within egress: TenantEgress) async throws -> WebAnswer {
        guard let host = HostPattern(ofURL: request.url) else {
            throw WebFailure("the URL is no absolute http or https URL without user information")
        }
        do {
            var outgoing = OutboundRequest(
                method: request.method, url: request.url,
                headers: request.headers.map { HTTPField(name: $0.name, value: $0.value) }, body: request.body,
                timeout: request.timeout, maxBody: request.maxBody, allowedHosts: [host])
            outgoing.tenantEgress = egress
            let response = try await send(outgoing)
            return WebAnswer(
                status: response.status, headers: response.headers.map { ($0.name, $0.value) }, body: response.body)
        } catch let error as OutboundError {
            throw WebFailure(error.description, mayHaveHadEffect: error.mayHaveHadEffect)
        }
    }
}
