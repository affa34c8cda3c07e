import PatchbayCore
import PatchbayJSON

/// What a credential must be to be stored. The messages hold no value of a field.
enum CredentialRules {
    static let longestName = 64
    /// Bytes; the largest tokens in use (signed ones with many claims) stay below.
    static let largestField = 16 << 10
    static let mostHosts = 64
    static let mostRoles = 64
    static let largestSettings = 64 << 10

    static func problems(of record: CredentialRecord, fields: [String: Secret]) -> [Problem] {
        name(record) + connector(record) + missing(record.kind, fields)
            + fields.sorted { $0.key < $1.key }.flatMap { field($0.key, $0.value, record.kind) }
            + (record.kind == .oauth2 ? OAuthRules.problems(of: fields) : [])
            + hosts(record.hosts) + settings(record.settings) + sharing(record.sharedWith)
    }

    private static func sharing(_ roles: [String]?) -> [Problem] {
        guard let roles else { return [] }
        if roles.count > mostRoles {
            return [
                Problem(
                    code: "too-many-roles", pointer: "/shared_with",
                    message: "There are \(roles.count) roles; \(mostRoles) is the limit.")
            ]
        }
        return roles.enumerated().filter { Role(rawValue: $1) == nil && !CustomRole.isName($1) }.map { index, name in
            Problem(
                code: "invalid-role", pointer: "/shared_with/\(index)", message: "“\(shown(name))” is no role's name.",
                hint: "Roles are \(Role.allCases.map(\.rawValue).joined(separator: ", ")), and the tenant's own.")
        }
    }

    private static func name(_ record: CredentialRecord) -> [Problem] {
        let mayBeUpper = record.kind == .secret
        let isName =
            (1...longestName).contains(record.name.utf8.count)
            && record.name.utf8.allSatisfy { byte in
                isLowerOrDigit(byte) || "-_.".utf8.contains(byte) || mayBeUpper && (65...90).contains(byte)
            }
        guard !isName else { return [] }
        return [
            Problem(
                code: "invalid-name", pointer: "/name", message: "“\(shown(record.name))” is no name for a credential.",
                hint:
                    "Names have 1 to \(longestName) characters: \(mayBeUpper ? "letters" : "lower-case letters"), "
                    + "digits, “-”, “_” and “.”.")
        ]
    }

    private static func connector(_ record: CredentialRecord) -> [Problem] {
        guard let id = record.connector else { return [] }
        let isID =
            (1...longestName).contains(id.utf8.count)
            && id.utf8.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
        guard !isID else { return [] }
        return [
            Problem(
                code: "invalid-connector", pointer: "/connector", message: "“\(shown(id))” is no connector's id.",
                hint: "Ids have lower-case letters, digits and “-”. Leave it out for a credential of any connector.")
        ]
    }

    private static func missing(_ kind: CredentialKind, _ fields: [String: Secret]) -> [Problem] {
        kind.fields.filter { fields[$0] == nil }.map { name in
            Problem(
                code: "missing-field", pointer: "/fields/\(name)",
                message: "A credential of the kind \(kind.rawValue) needs “\(name)”.")
        }
    }

    private static func field(_ name: String, _ value: Secret, _ kind: CredentialKind) -> [Problem] {
        let pointer = "/fields/" + escaped(name)
        func problem(_ message: String, _ hint: String? = nil, code: String = "invalid-field") -> [Problem] {
            [Problem(code: code, pointer: pointer, message: message, hint: hint)]
        }
        let names = kind.fields + kind.optionalFields
        guard names.contains(name) else {
            let known = names.map { "“\($0)”" }.joined(separator: " and ")
            return problem(
                "A credential of the kind \(kind.rawValue) has no “\(shown(name))”.", "It has \(known).",
                code: "unknown-field")
        }
        let bytes = value.reveal().utf8
        if bytes.isEmpty { return problem("“\(name)” is empty.") }
        if bytes.count > largestField {
            return problem("“\(name)” has \(bytes.count) bytes; \(largestField) is the limit.")
        }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return problem("“\(name)” holds a control character.", "Often a line end that was copied along.")
        }
        if kind == .bearer || kind == .apiKey, !bytes.allSatisfy({ (0x21...0x7E).contains($0) }) {
            return problem("“\(name)” holds a space or a character that is not ASCII.", "Often copied along.")
        }
        if name == "username", bytes.contains(UInt8(ascii: ":")) {
            return problem("“username” holds a colon, which HTTP Basic (RFC 7617) cannot send.")
        }
        return []
    }

    private static func hosts(_ hosts: [String]) -> [Problem] {
        var problems: [Problem] = []
        if hosts.count > mostHosts {
            problems.append(
                Problem(
                    code: "too-many-hosts", pointer: "/hosts",
                    message: "There are \(hosts.count) hosts; \(mostHosts) is the limit."))
        }
        for (index, host) in hosts.prefix(mostHosts).enumerated() where !CredentialHost.isValid(host) {
            problems.append(
                Problem(
                    code: "invalid-host", pointer: "/hosts/\(index)", message: "“\(shown(host))” is no host.",
                    hint: "Write api.example.com, *.example.com or api.example.com:8443, without scheme and path."))
        }
        return problems
    }

    private static func settings(_ settings: JSON) -> [Problem] {
        guard settings.object != nil else {
            return [
                Problem(
                    code: "wrong-type", pointer: "/settings",
                    message: "Settings are an object, not of the type \(settings.kind).")
            ]
        }
        let size = settings.bytes().count
        guard size > largestSettings else { return [] }
        return [
            Problem(
                code: "too-large", pointer: "/settings",
                message: "The settings have \(size) bytes; \(largestSettings) is the limit.")
        ]
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }

    /// A part of a JSON pointer (RFC 6901).
    private static func escaped(_ name: String) -> String {
        var text = ""
        for character in name.prefix(longestName) {
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
        return text
    }

    /// The beginning, on one line.
    private static func shown(_ text: String) -> String {
        String(text.prefix(longestName).map { $0.isNewline ? " " : $0 })
    }
}
