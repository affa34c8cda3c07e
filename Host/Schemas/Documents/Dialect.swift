import PatchbayCore
import PatchbayJSON

/// What the `$schema` of a document says about its keywords.
struct Dialect {
    var vocabularies = Vocabularies.standard
    /// The URI of a meta-schema that somebody else wrote, which the document is held against.
    var ownMetaSchema: String?

    /// Refuses a dialect that is not known: to read a document by other rules than its author meant would be wrong
    /// without a word.
    init(uri: String, among documents: SchemaDocuments) throws(DialectRefusal) {
        let uri = URIReference(uri).withoutFragment.text
        if uri == MetaSchemas.dialect { return }
        if let draft = Self.olderDraft(uri) {
            throw DialectRefusal(
                "is written for \(draft), and only 2020-12 is read: change it to \(MetaSchemas.dialect.quoted)")
        }
        guard let metaSchema = documents.document(at: uri) else {
            throw DialectRefusal(
                "names the meta-schema \(uri.quoted), which is not among the documents; most likely "
                    + "\(MetaSchemas.dialect.quoted) is meant")
        }
        ownMetaSchema = uri
        // A meta-schema that names no vocabularies only narrows what schemas may look like.
        guard let listed = metaSchema["$vocabulary"]?.object else { return }
        vocabularies = []
        for (name, isNeeded) in listed.map({ ($0.name, $0.value.bool ?? true) }) {
            if let known = Vocabularies(uri: name) {
                vocabularies.formUnion(known)
            } else if isNeeded {
                throw DialectRefusal("needs the vocabulary \(name.quoted), which is not known")
            }
        }
    }

    private static func olderDraft(_ uri: String) -> String? {
        if uri.hasSuffix("json-schema.org/draft/2019-09/schema") { return "draft 2019-09" }
        for number in ["07", "06", "04", "03"] where uri.hasSuffix("json-schema.org/draft-\(number)/schema") {
            return "draft-\(number)"
        }
        return nil
    }
}

/// Why a `$schema` cannot be followed.
struct DialectRefusal: Error {
    var message: String

    init(_ message: String) {
        self.message = message
    }
}
