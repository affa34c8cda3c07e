import PatchbayCore
import PatchbayJSON

/// Looks for what must not leave a tenant with a template: secrets, and ids of what is the tenant's own.
struct SecretScan {
    private var problems: [Problem] = []
    /// Names of credentials, which stand where secrets are looked for.
    private let slots: Set<String>

    private init(_ slots: Set<String>) { self.slots = slots }

    /// More than these have one cause.
    private static let most = 50

    static func problems(in json: JSON, slots: Set<String>) -> [Problem] {
        var scan = SecretScan(slots)
        scan.visit(json, under: nil, at: JSONPointer())
        return scan.problems
    }

    private mutating func visit(_ value: JSON, under name: String?, at pointer: JSONPointer) {
        guard problems.count < Self.most else { return }
        switch value {
        case .string(let text): judge(text, under: name, at: pointer)
        case .array(let list):
            for (index, element) in list.enumerated() { visit(element, under: name, at: pointer.appending(index)) }
        case .object(let object):
            for member in object { visit(member.value, under: member.name, at: pointer.appending(member.name)) }
        default: break
        }
    }

    private mutating func judge(_ text: String, under name: String?, at pointer: JSONPointer) {
        if let kind = SecretPattern.kind(of: text) {
            report("secret-value", pointer, "here stands what looks like \(kind)", "let a credential hold it")
        } else if let name, !slots.contains(text), SecretPattern.isSecretName(name), SecretPattern.isRandom(text) {
            report(
                "secret-value", pointer, "\(name.quoted) holds what looks like a secret",
                "let a credential or a parameter hold it")
        }
        if let id = SecretPattern.identifier(in: text) {
            report(
                "tenant-id", pointer, "here stands \(id.quoted), the id of something in one tenant only",
                "let a parameter hold it; workflows of others cannot be run from a template")
        }
    }

    private mutating func report(_ code: String, _ pointer: JSONPointer, _ message: String, _ hint: String) {
        problems.append(Problem(code: code, pointer: pointer.description, message: message, hint: hint))
    }
}
