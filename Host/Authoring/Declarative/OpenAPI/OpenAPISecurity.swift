import DeclarativeFormat
import PatchbayJSON

/// The credential slots that a description's security schemes become.
struct OpenAPISecurity {
    /// As a document's `auth` has them.
    private(set) var slots = JSONObject()
    private(set) var notes: [String] = []
    /// Slots by the schemes' names.
    private var names: [String: String] = [:]
    /// Of operations that say nothing of their own; nil for none.
    private var usual: String?

    /// Names of the slots' headers and parameters, in lower case: they are no inputs.
    private(set) var secrets: Set<String> = ["authorization", "cookie", "proxy-authorization"]

    init(_ json: JSON, _ references: OpenAPIReferences) {
        for member in json["components"]?["securitySchemes"]?.object ?? [:] {
            let scheme = references.resolved(member.value)
            guard let kind = Self.kind(scheme) else {
                notes.append(
                    "The security scheme `\(member.name)` was left out: credentials are not sent that way here.")
                continue
            }
            if let name = (kind["header"] ?? kind["query"])?.string { secrets.insert(name.lowercased()) }
            let slot = unique(member.name)
            names[member.name] = slot
            slots[slot] = [
                "title": .string(OpenAPIDocument.line(member.name, longest: 80) ?? slot),
                "about": .string(OpenAPIDocument.line(scheme["description"]?.string, longest: 300) ?? ""),
                "kind": kind,
            ]
        }
        let global = json["security"]?.array
        usual = global.map { slot(of: $0) } ?? slots.names.first
        // Only what is used; the rest would ask people for credentials in vain.
        for name in slots.names {
            if case .object(var slot)? = slots[name] {
                if slot["about"] == "" { slot["about"] = nil }
                slots[name] = .object(slot)
            }
        }
    }

    /// What an action's `auth` says.
    func slot(for operation: JSON) -> String {
        let name = operation["security"]?.array.map { slot(of: $0) } ?? usual
        return name ?? "none"
    }

    /// The first requirement that a slot fulfils alone, or nearly.
    private func slot(of requirements: [JSON]) -> String? {
        requirements.lazy.compactMap { requirement in
            (requirement.object?.names ?? []).lazy.compactMap { names[$0] }.first
        }.first
    }

    private func unique(_ scheme: String) -> String {
        var base = OpenAPIName.snake(scheme)
        if base.isEmpty || base == "none" { base = "account" }
        var (name, number) = (base, 2)
        while slots[name] != nil {
            name = "\(base.prefix(58))_\(number)"
            number += 1
        }
        return name
    }

    private static func kind(_ scheme: JSON) -> JSON? {
        let isName = { (text: String) in
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        }
        switch scheme["type"]?.string {
        case "http":
            switch scheme["scheme"]?.string?.lowercased() {
            case "basic": return "basic"
            case "bearer": return "bearer"
            default: return Optional<JSON>.none
            }
        case "oauth2", "openIdConnect": return "bearer"
        case "apiKey":
            guard let name = scheme["name"]?.string, isName(name) else { return Optional<JSON>.none }
            switch scheme["in"]?.string {
            case "header": return ["header": .string(name)]
            case "query": return ["query": .string(name)]
            default: return Optional<JSON>.none
            }
        default: return Optional<JSON>.none
        }
    }
}

/// Names as documents need them.
enum OpenAPIName {
    /// `getOrder/byID` → `get_order_by_id`; at most 63 bytes, a letter first, perhaps empty.
    static func snake(_ text: String) -> String {
        var name = ""
        var last: Character?
        for letter in text.prefix(300) {
            if letter.isASCII, letter.isLetter || letter.isNumber {
                if letter.isUppercase, let last, last.isLowercase || last.isNumber, !name.isEmpty { name.append("_") }
                name += letter.lowercased()
            } else if !name.isEmpty, !name.hasSuffix("_") {
                name.append("_")
            }
            last = letter
        }
        name = String(name.drop { !$0.isLetter }.prefix(63))
        while name.hasSuffix("_") { name.removeLast() }
        return name
    }

    /// As it is when templates can name it, else with underscores.
    static func member(_ text: String) -> String {
        let name = CurlDocument.identifier(text)
        return String(name.prefix(100))
    }
}
