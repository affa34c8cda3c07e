package import PatchbayCore
package import PatchbayOutbound
import PatchbaySecurity

/// The way to the servers that hold indexes: requests of the host's own, under its network policy, to the registered host alone.
package struct IndexWeb: Sendable {
    private let outbound: OutboundClient

    /// Milliseconds that an index, or a bundle, may take.
    private static let patience: Int64 = 60_000
    /// Within the registered host.
    private static let redirects = 3

    package init(_ outbound: OutboundClient) { self.outbound = outbound }

    /// Reads an index, unless the server says that it is as it was when the entity tag was given.
    package func read(_ index: TemplateIndex) async throws -> IndexAnswer {
        var headers = [HTTPField(name: "Accept", value: "application/json")]
        let isKnown = index.progress.digest != nil
        if isKnown, let etag = index.progress.etag { headers.append(HTTPField(name: "If-None-Match", value: etag)) }
        do {
            let response = try await fetch(index.url, headers, atMost: IndexLimits.bytes)
            if response.status == 304 { return .unchanged }
            guard response.status == 200 else { throw Self.status(response.status) }
            let key = try Self.key(of: index)
            let payload = try IndexEnvelope.open(response.body, key: key)
            return .offered(
                try IndexDocument(parsing: payload), digest: Digest.sha256Hex(payload),
                etag: response.header("etag").flatMap { Self.isTag($0) ? $0 : nil })
        } catch let failure as IndexFailure {
            return .failed(failure)
        }
    }

    /// A file beside an index, which has to be the one that it names.
    package func file(_ file: IndexedFile, of index: TemplateIndex) async throws -> [UInt8] {
        guard let slash = index.url.lastIndex(of: "/") else {
            throw IndexFailure(.malformed, "The index has no address.")
        }
        let response = try await fetch(String(index.url[...slash]) + file.name, [], atMost: file.size)
        guard response.status == 200 else { throw Self.status(response.status) }
        guard response.body.count == file.size, Digest.sha256Hex(response.body) == file.sha256 else {
            throw IndexFailure(
                .digestMismatch,
                "\(file.name) has \(response.body.count) bytes and the sha256 \(Digest.sha256Hex(response.body)); the index names "
                    + "\(file.size) and \(file.sha256). It was changed on its way, or its maker has to write the index anew."
            )
        }
        return response.body
    }

    static func key(of index: TemplateIndex) throws(IndexFailure) -> SignatureKey {
        do throws(SecurityError) {
            return try SignatureKey(base64: index.key)
        } catch {
            throw IndexFailure(.untrusted, "The registered key cannot be read: \(error.message). Register it anew.")
        }
    }

    private func fetch(_ url: String, _ headers: [HTTPField], atMost limit: Int) async throws -> OutboundResponse {
        guard let host = HostPattern(ofURL: url) else {
            throw IndexFailure(.unreachable, "The address cannot be read; it begins with https:// or http://.")
        }
        do {
            return try await outbound.send(
                OutboundRequest(
                    url: url, headers: headers, timeout: Self.patience, maxBody: limit, maxRedirects: Self.redirects,
                    allowedHosts: [host]))
        } catch let error as OutboundError {
            switch error.code {
            case .bodyTooLarge: throw IndexFailure(.tooLarge, "The server sends more than \(limit) bytes.")
            case .hostNotDeclared:
                throw IndexFailure(
                    .unreachable, "The server leads to another host, which is not followed. Register that address.")
            default: throw IndexFailure(.unreachable, error.message)
            }
        }
    }

    private static func status(_ status: Int) -> IndexFailure {
        IndexFailure(.unreachable, "The server answers \(status).")
    }

    /// What can be sent back as it came (RFC 9110, 8.8.3).
    private static func isTag(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
