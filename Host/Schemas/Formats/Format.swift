import PatchbayCore

/// The formats that texts can be held against (JSON Schema Validation, 7.3).
enum Format: String, Sendable {
    case dateTime = "date-time"
    case date, time, duration
    case email
    case idnEmail = "idn-email"
    case hostname
    case idnHostname = "idn-hostname"
    case ipv4, ipv6
    case uri
    case uriReference = "uri-reference"
    case iri
    case iriReference = "iri-reference"
    case uriTemplate = "uri-template"
    case jsonPointer = "json-pointer"
    case relativeJSONPointer = "relative-json-pointer"
    case uuid, regex

    func isMet(by text: String) -> Bool {
        let bytes = Array(text.utf8)[...]
        return switch self {
        case .dateTime: TimeFormats.isDateTime(bytes)
        case .date: TimeFormats.isDate(bytes)
        case .time: TimeFormats.isTime(bytes)
        case .duration: TimeFormats.isDuration(bytes)
        case .email: MailboxFormat(isInternational: false).isMet(by: bytes)
        case .idnEmail: MailboxFormat(isInternational: true).isMet(by: bytes)
        case .hostname: HostnameFormat.isHostname(bytes)
        case .idnHostname: HostnameFormat.isInternationalHostname(text)
        case .ipv4: AddressFormats.isIPv4(bytes)
        case .ipv6: AddressFormats.isIPv6(bytes)
        case .uri: URIFormat(isInternational: false).isAbsolute(text)
        case .uriReference: URIFormat(isInternational: false).isReference(text)
        case .iri: URIFormat(isInternational: true).isAbsolute(text)
        case .iriReference: URIFormat(isInternational: true).isReference(text)
        case .uriTemplate: URITemplateFormat.isTemplate(text)
        case .jsonPointer: PointerFormats.isPointer(bytes)
        case .relativeJSONPointer: PointerFormats.isRelativePointer(bytes)
        case .uuid: PointerFormats.isUUID(bytes)
        case .regex: ECMAScriptPattern.isWellFormed(text)
        }
    }

    /// "is not …"
    var phrase: String {
        switch self {
        case .dateTime: "a date with a time and an offset, such as \"2026-05-01T08:30:00Z\""
        case .date: "a date, such as \"2026-05-01\""
        case .time: "a time with an offset, such as \"08:30:00Z\""
        case .duration: "a duration, such as \"P3DT4H\""
        case .email, .idnEmail: "an e-mail address, such as \"ada@example.com\""
        case .hostname, .idnHostname: "the name of a host, such as \"www.example.com\""
        case .ipv4: "an IPv4 address, such as \"192.0.2.1\""
        case .ipv6: "an IPv6 address, such as \"2001:db8::1\""
        case .uri, .iri: "a whole URI, such as \"https://example.com/a\""
        case .uriReference, .iriReference: "a URI or a part of one, such as \"/a?b=c\""
        case .uriTemplate: "a URI template, such as \"/users/{id}\""
        case .jsonPointer: "a JSON pointer, such as \"/a/0\""
        case .relativeJSONPointer: "a relative JSON pointer, such as \"1/a\""
        case .uuid: "a UUID, such as \"2eb8aa08-aa98-11ea-b4aa-73b441d16380\""
        case .regex: "a regular expression of ECMAScript"
        }
    }
}
