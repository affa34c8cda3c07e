import PatchbayCore
import PatchbayJSON

/// A secret that nothing else contains, given to a connector in confidence: where it comes to light, so would a real one.
struct Canary {
    /// The texts in which it may come back, and what each is called.
    private(set) var forms: [(form: String, text: String)] = []
    private var text = ""
    private var slots: [String: CredentialDeclaration] = [:]
    private var connects = false

    /// None.
    init() {}

    /// For a connector that reads a credential. One that has it attached never holds it.
    init(_ manifest: Manifest, seed: UInt64) {
        text = "canary-" + Self.digits(seed)
        connects = manifest.sockets != nil
        slots = Dictionary(manifest.credentials.map { ($0.name, $0) }) { first, _ in first }
        guard manifest.operations.contains(where: { slot(of: $0)?.access == .read }) else { return }
        forms = [("as it is", text), ("in hexadecimal digits", text.utf8.map(Self.hexadecimal).joined())]
        // Base64 depends on what stands before, by threes; the characters that share bits with neighbours are left out.
        for (shift, affected) in [(0, 0), (1, 2), (2, 3)] {
            let whole = Base64.encode([UInt8](repeating: 0, count: shift) + Array(text.utf8))
            forms.append(("in Base64", String(whole.dropFirst(affected).dropLast(4))))
        }
    }

    private func slot(of operation: ManifestOperation) -> CredentialDeclaration? {
        operation.credential.flatMap { slots[$0] }
    }

    /// The settings with what a host adds for this operation, under the names that hosts use: the secret of a slot that is
    /// read, and an address to connect to; nil when it adds nothing.
    func settings(_ settings: JSON, of operation: ManifestOperation) -> JSON? {
        var members = settings.object ?? [:]
        if let slot = slot(of: operation), slot.access == .read, let kind = slot.kinds.first?.kind {
            var secret: JSONObject = ["kind": .string(kind.rawValue)]
            for (name, value) in fields(of: kind).sorted(by: { $0.key < $1.key }) {
                secret[name] = .string(value.reveal())
            }
            members[PrivateSettings.credential] = .object(secret)
        } else if !connects {
            return nil
        }
        if connects { members[PrivateSettings.addresses] = [.string(Self.address)] }
        return .object(members)
    }

    /// For documentation; nobody has it (RFC 5737). The kernel refuses the socket in any case.
    private static let address = "192.0.2.1"

    private func fields(of kind: CredentialKind) -> [String: Secret] {
        Dictionary(uniqueKeysWithValues: kind.usedFields.map { ($0, Secret($0 == "username" ? "somebody" : text)) })
    }

    /// A credential with it, for a slot of this operation; nil when it has none.
    func grant(named name: String, for operation: ManifestOperation) -> CredentialGrant? {
        guard let kind = slot(of: operation)?.kinds.first?.kind else { return nil }
        let record = CredentialRecord(
            id: CredentialID(high: 1, low: 1), tenant: .initial, name: name, kind: kind, connector: nil, hosts: [],
            settings: [:], createdAt: Timestamp(milliseconds: 0))
        return CredentialGrant(record: record, fields: fields(of: kind))
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number &* 0x9E37_79B9_7F4A_7C15, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
