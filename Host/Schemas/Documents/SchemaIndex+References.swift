import PatchbayCore
import PatchbayJSON

extension SchemaIndex {
    /// What a reference leads to.
    struct Target {
        var place: Int
        /// The name of the dynamic anchor that it names, which a schema around may replace.
        var dynamicAnchor: String?
    }

    /// Bytes of a reference.
    private static let referenceLimit = 16_384

    /// Follows the text of a `$ref` or `$dynamicRef` that stands at a place; throws why that cannot be done.
    mutating func target(of reference: String, from place: Int) throws(ReferenceRefusal) -> Target {
        guard reference.utf8.count <= Self.referenceLimit else {
            throw ReferenceRefusal("is longer than \(Self.referenceLimit) bytes")
        }
        let reading = URIReference(reference)
        let resource = try resource(namedBy: reading, reference, from: place)
        let nowhere = ReferenceRefusal("refers to \(reference.quoted), which is not in the document")
        guard let encoded = reading.fragment, !encoded.isEmpty else { return Target(place: resources[resource].root) }
        guard let fragment = String(percentDecoding: encoded.utf8) else { throw nowhere }
        if fragment.utf8.first == UInt8(ascii: "/") {
            guard let pointer = JSONPointer(fragment), let found = self.place(at: pointer, in: resource) else {
                throw nowhere
            }
            return Target(place: found)
        }
        guard let found = self.place(ofAnchor: fragment, in: resource) else { throw nowhere }
        let isDynamic = dynamicAnchors[fragment]?[resource] == found
        return Target(place: found, dynamicAnchor: isDynamic ? fragment : nil)
    }

    private mutating func resource(
        namedBy reading: URIReference, _ reference: String, from place: Int
    ) throws(ReferenceRefusal) -> Int {
        let here = places[place].resource
        var uri = reading.withoutFragment
        if uri == URIReference("") { return here }
        uri = uri.resolved(against: URIReference(resources[here].uri))
        if let found = resource(at: uri.text) { return found }
        let whole = uri.text == reference ? "," : ", that is \(uri.text.quoted),"
        let hint = suggestion(for: uri.text).map { "; did you mean \($0.quoted)?" } ?? ""
        throw ReferenceRefusal(
            "refers to \(reference.quoted)\(whole) which is not among the documents that were given\(hint)")
    }
}

/// Why a reference cannot be followed.
struct ReferenceRefusal: Error {
    var message: String

    init(_ message: String) {
        self.message = message
    }
}
