package import PatchbayCore
import PatchbayJSON
package import PatchbaySecurity

/// The file `index.json`: an index with its signatures, in the form of DSSE
/// (https://github.com/secure-systems-lab/dsse, version 1), so that one file holds both and a web server can never give
/// out one without the other.
package enum IndexEnvelope {
    /// What is signed besides the bytes: no signature of a package or a bundle is one of an index.
    static let payloadType = "application/vnd.patchbay.index+json"

    /// The envelope of an index.
    package static func seal(_ payload: [UInt8], by keys: [SigningKey]) -> [UInt8] {
        let message = message(payload)
        let signatures = keys.map { key -> JSON in
            let keyID = (try? SignatureKey(base64: key.publicKey))?.description ?? ""
            return ["keyid": .string(keyID), "sig": .string(key.signature(over: message))]
        }
        let json: JSON = [
            "payloadType": .string(payloadType), "payload": .string(Base64.text(payload)),
            "signatures": .array(signatures),
        ]
        return Array((json.prettyText + "\n").utf8)
    }

    /// The index in an envelope that the key has signed. Nothing of it is read before that is sure.
    package static func open(_ bytes: [UInt8], key: SignatureKey) throws(IndexFailure) -> [UInt8] {
        guard bytes.count <= IndexLimits.bytes else {
            throw IndexFailure(
                .tooLarge,
                "The index has \(bytes.count) bytes, and \(IndexLimits.bytes) are the most. Divide it into several.")
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: JSONLimits(depth: 8, bytes: IndexLimits.bytes))
        } catch {
            throw IndexFailure(
                .malformed, "What lies at the address is no JSON (\(error)). Is it the address of index.json?")
        }
        guard let type = json["payloadType"]?.string, let text = json["payload"]?.string,
            let signatures = json["signatures"]?.array
        else {
            throw IndexFailure(
                .malformed, "What lies at the address is no signed index. Write it with `patchbay index write`.")
        }
        guard type == payloadType else {
            throw IndexFailure(.malformed, "What is signed there is \(type.shortened(to: 80)) and no index.")
        }
        guard signatures.count <= IndexLimits.signatures else {
            throw IndexFailure(
                .tooLarge, "The index has \(signatures.count) signatures, and \(IndexLimits.signatures) are the most.")
        }
        guard let payload = Base64.bytes(text) else {
            throw IndexFailure(.malformed, "The payload is not base64.")
        }
        let message = message(payload)
        guard signatures.contains(where: { key.hasSigned(message, signature: $0["sig"]?.string ?? "") }) else {
            throw IndexFailure(
                .untrusted,
                "The index is not signed by the registered key \(key), or was changed since. If its maker has a new key, learn "
                    + "it from them and register it.")
        }
        return payload
    }

    /// DSSE's pre-authentication encoding.
    private static func message(_ payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
    }
}
