package import PatchbayCore

/// A key of AWS KMS, and who uses it.
package struct AmazonKey: Sendable {
    /// `arn:aws:kms:eu-central-1:111122223333:key/…`
    package let arn: String
    package let region: String
    /// Where requests go, such as `https://kms.eu-central-1.amazonaws.com`; without a path.
    package let endpoint: String
    /// As requests name it: the port is left out where it is the scheme's own.
    let host: String
    package let accessKey: String
    package let secretKey: Secret
    package let sessionToken: Secret?

    /// Reads an ARN and the usual variables: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, and
    /// `AWS_ENDPOINT_URL_KMS` or else `AWS_ENDPOINT_URL` for another server than Amazon's. The region is the key's own.
    ///
    /// The key is named by its ARN and not by an alias, because an alias can come to mean another key, and what the first one
    /// wrapped would open no more. Throws `malformed` with what is missing.
    package init(arn: String, environment: [String: String]) throws(SecurityError) {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "kms", !parts[3].isEmpty, parts[5].hasPrefix("key/"),
            arn.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw SecurityError(
                code: .malformed,
                message: "“\(arn.prefix(200))” is no ARN of a KMS key; it looks like "
                    + "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-… (an alias will not do)")
        }
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let access = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") else {
            throw SecurityError(
                code: .malformed,
                message: "a KMS key is configured, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set")
        }
        let suffix = parts[1] == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"
        let url =
            variable("AWS_ENDPOINT_URL_KMS") ?? variable("AWS_ENDPOINT_URL") ?? "https://kms.\(parts[3]).\(suffix)"
        guard let host = Self.host(of: url) else {
            throw SecurityError(
                code: .malformed,
                message: "AWS_ENDPOINT_URL_KMS is no address of a server; write https://host or http://host:port")
        }
        self.arn = arn
        self.host = host
        region = String(parts[3])
        endpoint = url.hasSuffix("/") ? String(url.dropLast()) : url
        accessKey = access
        secretKey = Secret(secret)
        sessionToken = variable("AWS_SESSION_TOKEN").map { Secret($0) }
    }

    /// The variables it reads.
    package static let variables = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL",
    ]

    private static func host(of url: String) -> String? {
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where url.hasPrefix(scheme) {
            var host = url.dropFirst(scheme.utf8.count)
            if host.hasSuffix("/") { host = host.dropLast() }
            guard !host.isEmpty, !host.contains(where: { "/?#@".contains($0) || $0.isWhitespace }) else { return nil }
            return String(host.hasSuffix(port) ? host.dropLast(port.utf8.count) : host).lowercased()
        }
        return nil
    }
}
