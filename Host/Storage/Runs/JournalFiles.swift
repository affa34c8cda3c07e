import PatchbayJSON

/// Files within an entry's data, such as those of a form of several parts: objects with `sha256` and `base64`. What is in a
/// large one is kept apart from the rest, under the pointer to its place, so that a file which comes again or is passed on
/// is stored once. Pure.
struct JournalFiles {
    /// Bytes of text from which on a file is large.
    private let least: Int
    private(set) var found: [(pointer: String, content: JSON)] = []

    init(least: Int) { self.least = least }

    /// The value with null in place of what was found.
    mutating func stripped(_ value: JSON, at place: JSONPointer = JSONPointer()) -> JSON {
        switch value {
        case .object(let members):
            let isFile = members["sha256"]?.string != nil
            var rest = members
            for member in members {
                let place = place.appending(member.name)
                if isFile, member.name == "base64", let text = member.value.string, text.utf8.count > least {
                    found.append((place.description, member.value))
                    rest[member.name] = .some(.null)
                } else if member.value.isContainer {
                    rest[member.name] = .some(stripped(member.value, at: place))
                }
            }
            return .object(rest)
        case .array(let elements):
            var rest = elements
            for (index, element) in elements.enumerated() where element.isContainer {
                rest[index] = stripped(element, at: place.appending(index))
            }
            return .array(rest)
        default: return value
        }
    }

    /// Whether a name among an entry's blobs is a pointer, and no member's.
    static func isPointer(_ name: String) -> Bool { name.hasPrefix("/") }

    /// The value with what belongs in its place; as it is where there is no such place.
    static func put(_ content: JSON, at pointer: String, into value: JSON) -> JSON {
        guard let pointer = JSONPointer(pointer) else { return value }
        return put(content, at: pointer.tokens[...], into: value)
    }

    private static func put(_ content: JSON, at tokens: ArraySlice<String>, into value: JSON) -> JSON {
        guard let token = tokens.first else { return content }
        switch value {
        case .object(var members):
            guard let inner = members[token] else { return value }
            members[token] = .some(put(content, at: tokens.dropFirst(), into: inner))
            return .object(members)
        case .array(var elements):
            guard let index = Int(token), elements.indices.contains(index) else { return value }
            elements[index] = put(content, at: tokens.dropFirst(), into: elements[index])
            return .array(elements)
        default: return value
        }
    }
}

extension JSON {
    fileprivate var isContainer: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }
}
