/// The part of a document that is made from a manifest; the rest is its author's.
package enum ReferencePart {
    package static let begin = "<!-- reference: made by `patchbay connector docs`, not by hand -->"
    package static let end = "<!-- end of reference -->"

    /// The document with this page in place of its part; nil when it has no such part.
    package static func replaced(in document: String, with page: String) -> String? {
        guard let start = document.firstRange(of: begin),
            let stop = document[start.upperBound...].firstRange(of: end)
        else { return nil }
        return document[..<start.upperBound] + "\n\n" + page + "\n" + document[stop.lowerBound...]
    }
}
