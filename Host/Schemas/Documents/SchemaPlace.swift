import PatchbayJSON

/// Where a schema stands: some steps below another schema, or outermost in a document.
struct SchemaPlace: Sendable {
    /// The place of the schema around it; nil for the outermost of a document.
    var parent: Int?
    /// From the schema around it: a keyword, most times with a name or a position.
    var tokens: [String]
    /// Which document, or part of one with an `$id` of its own, it belongs to.
    var resource: Int
    var schema: JSON
    /// The places of the schemas in it.
    var children: Range<Int> = 0..<0
}

/// A document, or the part of one that has an `$id` of its own.
struct SchemaResource: Sendable {
    /// Absolute unless nobody named it; without a fragment.
    var uri: String
    /// The place of its outermost schema.
    var root: Int
    var vocabularies: Vocabularies
}

extension [SchemaPlace] {
    /// The way to a place from the outermost schema of its document.
    func pointer(to place: Int, below top: Int? = nil) -> JSONPointer {
        var steps: [[String]] = []
        var place = place
        while place != top, let parent = self[place].parent {
            steps.append(self[place].tokens)
            place = parent
        }
        return JSONPointer(tokens: steps.reversed().flatMap(\.self))
    }

    /// The outermost schema of the document in which a place is.
    func document(of place: Int) -> Int {
        var place = place
        while let parent = self[place].parent { place = parent }
        return place
    }
}
