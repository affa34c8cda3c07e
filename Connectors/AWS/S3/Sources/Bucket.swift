import AmazonServices
import ConnectorSDK

/// A bucket, and where it is.
struct Bucket {
    let api: AmazonAPI
    let name: String

    /// Throws `invalidInput` when no bucket can have the name
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
    init(_ name: String, _ api: AmazonAPI) throws(ConnectorError) {
        let isSound = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
        }
        guard (3...63).contains(name.utf8.count), isSound, !name.contains(".."), name.first != ".", name.last != "."
        else {
            throw .invalid("/bucket", "is `\(name)`; names have 3 to 63 lower-case letters, digits, dots and hyphens")
        }
        self.api = api
        self.name = name
    }

    /// The bucket in the host's name, except where its dots would not fit the certificate, or at another endpoint.
    var address: String {
        guard api.settings.endpoint == nil, !name.contains(".") else { return "\(api.base)/\(name)" }
        return "https://\(name).\(api.ownHost)"
    }

    /// Slashes of a key part its address, everything else is encoded.
    func address(of key: String) throws(ConnectorError) -> String {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        // Such a part would be resolved on the way, and the request mean another object than was signed.
        guard !key.isEmpty, key.utf8.count <= 1024, !parts.contains("."), !parts.contains("..") else {
            throw .invalid("/key", "cannot be an object's key: needs 1 to 1,024 bytes, and no part `.` or `..`")
        }
        return address + "/" + parts.map { percentEncoded(String($0)) }.joined(separator: "/")
    }
}

extension HTTPResponse {
    /// The metadata that people give (`x-amz-meta-…`), by its name in lower case.
    var metadata: [String: String] {
        var metadata: [String: String] = [:]
        for (name, value) in headers where name.hasPrefix("x-amz-meta-") {
            metadata[String(name.dropFirst(11))] = value
        }
        return metadata
    }

    /// Without the quotes.
    var entityTag: String? { header("etag").map { $0.filter { $0 != "\"" } } }
}
