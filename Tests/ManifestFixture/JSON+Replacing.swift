package import PatchbayJSON

extension JSON {
    /// This value with another one at a place: `/operations/0/effect`, with `-` for the end of an array; nil removes what is
    /// there. What is missing on the way is made.
    package func replacing(_ pointer: String, with value: JSON?) -> JSON {
        replacing(pointer.split(separator: "/").map(String.init)[...], with: value) ?? .null
    }

    private func replacing(_ path: ArraySlice<String>, with value: JSON?) -> JSON? {
        guard let first = path.first else { return value }
        if case .array(var elements) = self {
            let index = first == "-" ? elements.count : Int(first)!
            let inner = index < elements.count ? elements[index] : .null
            let changed = inner.replacing(path.dropFirst(), with: value)
            if index < elements.count { elements.remove(at: index) }
            if let changed { elements.insert(changed, at: index) }
            return .array(elements)
        }
        var object = self.object ?? [:]
        object[first] = (object[first] ?? .null).replacing(path.dropFirst(), with: value)
        return .object(object)
    }
}
