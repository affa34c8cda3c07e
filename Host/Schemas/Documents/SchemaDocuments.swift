package import PatchbayJSON

/// Documents that schemas may refer to by URI. Nothing else is ever read: what is not among them and not built in, as
/// the meta-schemas of draft 2020-12 are, is a reference that leads nowhere.
package struct SchemaDocuments: Sendable {
    private var documents: [String: JSON] = [:]

    package init() {}

    package init(_ documents: [String: JSON]) {
        for (uri, document) in documents.sorted(by: { $0.key < $1.key }) { add(document, at: uri) }
    }

    /// Makes a document known under a URI, the one it could be fetched from, and under its own `$id` when that is
    /// absolute. A fragment is left out; of two documents with one URI the later counts, but no `$id` takes away a URI
    /// that was given.
    package mutating func add(_ document: JSON, at uri: String) {
        let uri = URIReference(uri).withoutFragment
        documents[uri.text] = document
        guard let identifier = document["$id"]?.string else { return }
        let own = URIReference(identifier).resolved(against: uri).withoutFragment
        if own.scheme != nil, documents[own.text] == nil { documents[own.text] = document }
    }

    package var isEmpty: Bool { documents.isEmpty }

    /// Of a URI without a fragment.
    func document(at uri: String) -> JSON? {
        documents[uri] ?? MetaSchemas.document(at: uri)
    }

    /// For suggestions.
    var uris: [String] { documents.keys.sorted() }
}
