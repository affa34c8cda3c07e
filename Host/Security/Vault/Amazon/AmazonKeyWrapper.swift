package import PatchbayCore
import PatchbayJSON

/// A key-encryption key in AWS KMS (https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html, …_Decrypt): the key
/// itself never leaves it. Tenant and data key are the encryption context, which must be the same to decrypt, and which
/// KMS writes into its own log.
package struct AmazonKeyWrapper: KeyWrapper {
    package struct Limits: Sendable {
        /// Milliseconds that one request may take.
        package var timeout: Int64 = 4_000
        /// Requests for one answer; only what may go better next time is repeated.
        package var attempts = 3
        /// Milliseconds before the second request; each further wait is twice as long.
        package var pause: Int64 = 200

        package init() {}
    }

    private let key: AmazonKey
    private let exchange: any WebExchange
    private let clock: any WaitableTime
    private let limits: Limits

    package init(
        _ key: AmazonKey, over exchange: any WebExchange, clock: any WaitableTime, limits: Limits = Limits()
    ) {
        self.key = key
        self.exchange = exchange
        self.clock = clock
        self.limits = limits
    }

    package var id: String { "aws-kms:" + key.arn }

    package func wrap(_ key: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        try await bytes(
            "CiphertextBlob", of: "Encrypt", ["Plaintext": .string(Base64.text(key))], place)
    }

    package func unwrap(_ wrapped: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        try await bytes(
            "Plaintext", of: "Decrypt", ["CiphertextBlob": .string(Base64.text(wrapped))], place)
    }

    private func bytes(
        _ member: String, of operation: String, _ input: JSONObject, _ place: DataKeyPlace
    ) async throws -> [UInt8] {
        var input = input
        input["KeyId"] = .string(key.arn)
        input["EncryptionContext"] = [
            "patchbay:tenant": .string(place.tenant.description), "patchbay:key": .string(place.key.description),
        ]
        let answer = try await answer(operation, JSON.object(input).bytes())
        guard let bytes = answer[member]?.string.flatMap(Base64.bytes), !bytes.isEmpty else {
            throw AmazonKeyRefusal.unreadable(operation, key)
        }
        return bytes
    }

    private func answer(_ operation: String, _ body: [UInt8]) async throws -> JSON {
        var pause = limits.pause
        for attempt in 1... {
            do {
                return try await once(operation, body)
            } catch let error as SecurityError where error.code == .unavailable && attempt < limits.attempts {
                await clock.wait(until: clock.now + pause / 2 + Int64.random(in: 0...max(pause / 2, 1)))
                try Task.checkCancellation()
                pause *= 2
            }
        }
        throw CancellationError()
    }

    private func once(_ operation: String, _ body: [UInt8]) async throws -> JSON {
        var headers = [
            (name: "Content-Type", value: "application/x-amz-json-1.1"),
            (name: "X-Amz-Target", value: "TrentService." + operation),
        ]
        if let token = key.sessionToken { headers.append((name: "X-Amz-Security-Token", value: token.reveal())) }
        let signature = AWSSignature(
            accessKey: key.accessKey, secretKey: key.secretKey, region: key.region, service: "kms")
        headers += signature.headers(
            for: AWSSignature.Request(
                method: "POST", host: key.host, path: "/", query: "", headers: headers, body: body), at: clock.now)
        let answer: WebAnswer
        do {
            answer = try await exchange.exchange(
                WebRequest(
                    method: "POST", url: key.endpoint + "/", headers: headers, body: body, timeout: limits.timeout,
                    maxBody: 64 << 10))
        } catch let failure as WebFailure {
            throw AmazonKeyRefusal.away(failure, key)
        }
        let content = try? JSON(parsing: answer.body)
        guard answer.status == 200 else { throw AmazonKeyRefusal.error(answer.status, content, operation, key) }
        guard let content else { throw AmazonKeyRefusal.unreadable(operation, key) }
        return content
    }
}
