import PatchbayCore
import PatchbayOutbound
import PatchbaySecurity

/// Signs the requests of a connector to Amazon's services, so that it never holds the key.
struct AWSRequestSigner: RequestSigner {
    let signature: AWSSignature

    var secrets: [Secret] { [signature.secretKey] }

    func headers(signing request: SignableRequest) -> [HTTPField] {
        let request = AWSSignature.Request(
            method: request.method, host: request.host, path: request.path, query: request.query,
            headers: request.headers.map { (name: $0.name, value: $0.value) }, body: request.body)
        return signature.headers(for: request, at: Timestamp(milliseconds: WallClock.now))
            .map { HTTPField(name: $0.name, value: $0.value) }
    }
}
