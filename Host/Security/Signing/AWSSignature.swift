import Crypto
package import PatchbayCore

/// AWS Signature Version 4 in the `Authorization` header
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
package struct AWSSignature: Sendable {
    package var accessKey: String
    package var secretKey: Secret
    /// `eu-central-1`
    package var region: String
    /// The service's name for signing: `s3`, `sqs`, `execute-api`.
    package var service: String

    package init(accessKey: String, secretKey: Secret, region: String, service: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.region = region
        self.service = service
    }

    /// A request as it goes out.
    package struct Request: Sendable {
        package var method: String
        /// With the port, unless it is the scheme's own.
        package var host: String
        /// Percent-encoded, beginning with a slash.
        package var path: String
        /// Percent-encoded, without the question mark; empty for none.
        package var query: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]

        package init(
            method: String, host: String, path: String, query: String, headers: [(name: String, value: String)],
            body: [UInt8]
        ) {
            self.method = method
            self.host = host
            self.path = path
            self.query = query
            self.headers = headers
            self.body = body
        }
    }

    /// The headers that a request needs to be signed at that moment; they replace those of the same name.
    package func headers(for request: Request, at moment: Timestamp) -> [(name: String, value: String)] {
        let time = Self.text(moment)
        let hash = Digest.sha256Hex(request.body)
        var added = [(name: "x-amz-date", value: time)]
        // S3 wants to see what the body's digest is.
        if service == "s3" { added.append((name: "x-amz-content-sha256", value: hash)) }
        let signed = signedHeaders(of: request, and: added)
        let names = signed.map(\.name).joined(separator: ";")
        let canonical = [
            request.method, canonicalPath(request.path), Self.canonicalQuery(request.query),
            signed.map { "\($0.name):\($0.value)\n" }.joined(), names, hash,
        ].joined(separator: "\n")
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let text = ["AWS4-HMAC-SHA256", time, scope, Digest.sha256Hex(Array(canonical.utf8))].joined(separator: "\n")
        var key = SymmetricKey(data: Array(("AWS4" + secretKey.reveal()).utf8))
        for part in [String(time.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        return added + [(name: "Authorization", value: authorization)]
    }

    /// Names in lower case and in order, values without spaces around them and with one between words.
    private func signedHeaders(
        of request: Request, and added: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        let replaced = Set(added.map(\.name)).union(Self.unsigned)
        let own = request.headers.map { (name: $0.name.lowercased(), value: $0.value) }
            .filter { !replaced.contains($0.name) }
        var values: [String: [String]] = [:]
        for header in own + added + [(name: "host", value: request.host)] {
            values[header.name, default: []].append(header.value.split(separator: " ").joined(separator: " "))
        }
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.joined(separator: ",")) }
    }

    /// What others on the way may change, or what the signature itself is in.
    private static let unsigned: Set<String> = [
        "authorization", "host", "user-agent", "accept", "accept-encoding", "connection", "expect", "x-amzn-trace-id",
    ]

    /// S3 takes the path as it was sent; all others want it encoded once more.
    private func canonicalPath(_ path: String) -> String {
        guard service != "s3" else { return path }
        return path.split(separator: "/", omittingEmptySubsequences: false).map { Self.encoded(Array($0.utf8)) }
            .joined(separator: "/")
    }

    /// By name and then by value, encoded in the one way there is.
    private static func canonicalQuery(_ query: String) -> String {
        query.split(separator: "&").map { item in
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: encoded(decoded(halves[0])), value: halves.count == 2 ? encoded(decoded(halves[1])) : "")
        }
        .sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    private static func encoded(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: text.append(byte)
            default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decoded(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let byte = Hexadecimal.bytes(String(decoding: source[index + 1...index + 2], as: UTF8.self))?.first
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        return bytes
    }

    /// `20150830T123600Z`
    private static func text(_ moment: Timestamp) -> String {
        let seconds = moment.milliseconds / 1000
        let (days, time) = (seconds / 86_400, seconds % 86_400)
        // Days to a date of the civil calendar, with years that begin in March (so that leap days come last).
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)\(two(civilMonth))\(two(day))T\(two(time / 3600))\(two(time / 60 % 60))\(two(time % 60))Z"
    }
}
