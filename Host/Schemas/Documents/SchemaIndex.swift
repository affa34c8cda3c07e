import PatchbayCore
import PatchbayJSON

/// Every schema of the documents that have been looked into, with the names by which references find them. A document
/// is looked into when something in it is referred to for the first time.
struct SchemaIndex {
    private(set) var places: [SchemaPlace] = []
    private(set) var resources: [SchemaResource] = []
    private(set) var problems: [(place: Int, tokens: [String], message: String)] = []
    /// Resources with the dynamic anchor of that name, and where it is.
    private(set) var dynamicAnchors: [String: [Int: Int]] = [:]
    /// The meta-schema that the first document names, when it is none of the built-in ones.
    private(set) var ownMetaSchema: String?

    private let documents: SchemaDocuments
    private var resourcesByURI: [String: Int] = [:]
    private var anchors: [Name: Int] = [:]
    /// Of schemas in which pointers have been followed: the places below by their tokens.
    private var tables: [Int: [[String]: Int]] = [:]

    /// Schemas that are looked at, of all documents together. So many take some 100 milliseconds.
    private static let placeLimit = 30_000
    /// Bytes of a URI. Each `$id` takes over the path of the one around it.
    private static let uriLimit = 2_048

    private struct Name: Hashable {
        var resource: Int
        var text: String
    }

    init(documents: SchemaDocuments) {
        self.documents = documents
    }

    // MARK: Finding

    /// The place of the schema below another one.
    private mutating func child(of place: Int, _ tokens: [String]) -> Int? {
        if let known = tables[place] { return known[tokens] }
        let table = Dictionary(
            places[place].children.map { (places[$0].tokens, $0) }, uniquingKeysWith: { first, _ in first })
        tables[place] = table
        return table[tokens]
    }

    /// The resource with that URI, whose document is looked into now when it was not yet.
    mutating func resource(at uri: String) -> Int? {
        if let known = resourcesByURI[uri] { return known }
        guard let document = documents.document(at: uri) else { return nil }
        return places[add(document, at: uri)].resource
    }

    func place(ofAnchor name: String, in resource: Int) -> Int? {
        anchors[Name(resource: resource, text: name)]
    }

    /// The place that a pointer leads to. What stands there becomes a schema by being referred to, also below a keyword
    /// that is not known.
    mutating func place(at pointer: JSONPointer, in resource: Int) -> Int? {
        var place = resources[resource].root
        var value = places[place].schema
        var pending: [String] = []
        for token in pointer.tokens {
            guard let inner = value.value(at: JSONPointer(tokens: [token])) else { return nil }
            value = inner
            pending.append(token)
            if let child = child(of: place, pending) { (place, pending) = (child, []) }
        }
        guard !pending.isEmpty else { return place }
        let added = addTree(value, below: place, pending, resource: places[place].resource)
        tables[place]?[pending] = added
        return added
    }

    /// A URI that may have been meant.
    func suggestion(for uri: String) -> String? {
        Suggestion.nearest(to: uri, among: documents.uris + resourcesByURI.keys.sorted())
    }

    // MARK: Looking into documents

    /// The place of the document's outermost schema.
    mutating func add(_ document: JSON, at uri: String) -> Int {
        let place = places.count
        resources.append(SchemaResource(uri: uri, root: place, vocabularies: .standard))
        resourcesByURI[uri] = resources.count - 1
        return addTree(document, below: nil, [], resource: resources.count - 1)
    }

    /// Schemas that are found are added behind it and looked at in turn, so that no depth of a document nests calls.
    private mutating func addTree(_ schema: JSON, below parent: Int?, _ tokens: [String], resource: Int) -> Int {
        let first = places.count
        append(schema, below: parent, tokens, resource: resource)
        guard first < places.count else { return 0 }
        var next = first
        while next < places.count {
            if let keywords = places[next].schema.object {
                let start = places.count
                look(into: keywords, at: next)
                places[next].children = start..<places.count
            }
            next += 1
        }
        return first
    }

    private mutating func append(_ schema: JSON, below parent: Int?, _ tokens: [String], resource: Int) {
        if places.count == Self.placeLimit {
            if problems.last?.message != Self.tooMany, let parent { problems.append((parent, tokens, Self.tooMany)) }
            return
        }
        places.append(SchemaPlace(parent: parent, tokens: tokens, resource: resource, schema: schema))
    }

    private static let tooMany = "there are more than \(placeLimit) schemas, which is too much to read"

    private mutating func look(into keywords: JSONObject, at place: Int) {
        if KeywordGroups(of: keywords).contains(.names) { identify(keywords, at: place) }
        let resource = places[place].resource
        let vocabularies = resources[resource].vocabularies
        for member in keywords {
            let name = member.name
            guard let known = KeywordShape.known[name], vocabularies.isSuperset(of: known.vocabulary) else { continue }
            switch (known.shape, member.value) {
            case (.schema, let schema):
                append(schema, below: place, [name], resource: resource)
            case (.list, .array(let schemas)):
                for (position, schema) in schemas.enumerated() {
                    append(schema, below: place, [name, String(position)], resource: resource)
                }
            case (.members, .object(let members)):
                for inner in members { append(inner.value, below: place, [name, inner.name], resource: resource) }
            case (.dependencies, .object(let members)):
                for inner in members where inner.value.array == nil {
                    append(inner.value, below: place, [name, inner.name], resource: resource)
                }
            default: break  // A wrong shape is told when the keyword is read.
            }
        }
    }

    // MARK: Names

    private mutating func identify(_ keywords: JSONObject, at place: Int) {
        let isOutermost = places[place].parent == nil
        if let identifier = keywords["$id"]?.string { enter(identifier, at: place, isOutermost: isOutermost) }
        if let dialect = keywords["$schema"]?.string, resources[places[place].resource].root == place {
            follow(dialect, at: place)
        }
        for keyword in ["$anchor", "$dynamicAnchor"] {
            guard let name = keywords[keyword]?.string else { continue }
            let resource = places[place].resource
            if let other = anchors.updateValue(place, forKey: Name(resource: resource, text: name)), other != place {
                problems.append((place, [keyword], "is \(name.quoted), as that of \(self.name(of: other)) is"))
            }
            if keyword == "$dynamicAnchor" { dynamicAnchors[name, default: [:]][resource] = place }
        }
    }

    /// An `$id` begins a resource of its own, or names the one that the whole document is.
    private mutating func enter(_ identifier: String, at place: Int, isOutermost: Bool) {
        let around = places[place].resource
        let base = URIReference(resources[around].uri)
        let uri = URIReference(identifier).resolved(against: base).withoutFragment.text
        if uri.utf8.count > Self.uriLimit {
            problems.append((place, ["$id"], "gives a URI of more than \(Self.uriLimit) bytes"))
            return
        }
        let other = resourcesByURI[uri]
        if isOutermost {
            // A document may have been asked for by another name before.
            resources[around].uri = uri
            if other == nil { resourcesByURI[uri] = around }
        } else if let other, resources[other].root != place {
            problems.append((place, ["$id"], "is \(uri.quoted), as that of \(name(of: resources[other].root)) is"))
        } else {
            resources.append(
                SchemaResource(uri: uri, root: place, vocabularies: resources[around].vocabularies))
            resourcesByURI[uri] = resources.count - 1
            places[place].resource = resources.count - 1
        }
    }

    private func name(of place: Int) -> String {
        let pointer = places.pointer(to: place).description
        return pointer.isEmpty ? "the whole document" : pointer.quoted
    }

    private mutating func follow(_ uri: String, at place: Int) {
        do throws(DialectRefusal) {
            let dialect = try Dialect(uri: uri, among: documents)
            resources[places[place].resource].vocabularies = dialect.vocabularies
            if place == 0 { ownMetaSchema = dialect.ownMetaSchema }
        } catch {
            problems.append((place, ["$schema"], error.message))
        }
    }
}
