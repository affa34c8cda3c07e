package import PatchbayJSON

extension JSON {
    /// The one way to write a value down that all programs agree on (RFC 8785), for what is hashed: members sorted by the
    /// UTF-16 code units of their names, no white space, nothing escaped that need not be. Numbers that are no integers are
    /// written as elsewhere, which differs from the RFC; the log holds none.
    package var canonicalBytes: [UInt8] { canonical.bytes() }

    private var canonical: JSON {
        switch self {
        case .object(let object):
            var sorted = JSONObject(minimumCapacity: object.count)
            let members = object.map { (Array($0.name.utf16), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
            for (_, member) in members { sorted[member.name] = member.value.canonical }
            return .object(sorted)
        case .array(let list): return .array(list.map(\.canonical))
        default: return self
        }
    }
}
