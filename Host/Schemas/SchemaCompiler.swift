import PatchbayCore
import PatchbayJSON

/// Turns a document into nodes. Schemas that are met wait in a queue, so that neither deep documents nor long chains of
/// references nest calls.
struct SchemaCompiler {
    private let source: JSON
    private var nodes: [SchemaNode] = []
    private var waiting: [(node: Int, schema: JSON)] = []
    private var positions: [JSONPointer: Int] = [:]
    private(set) var problems: [SchemaError.Problem] = []

    /// Problems that are told; a document with more is not worth reading on.
    private static let problemLimit = 100

    init(source: JSON) {
        self.source = source
    }

    mutating func compile() throws(SchemaError) -> [SchemaNode] {
        _ = node(at: JSONPointer(), source)
        var next = 0
        while next < waiting.count {
            compile(waiting[next].schema, into: waiting[next].node)
            next += 1
        }
        if problems.isEmpty { findEndlessReferences() }
        guard problems.isEmpty else { throw SchemaError(problems: problems) }
        return nodes
    }

    /// The position of the schema at that place, which is compiled later when it is met for the first time.
    mutating func node(at place: JSONPointer, _ schema: JSON) -> Int {
        if let known = positions[place] { return known }
        let position = nodes.count
        nodes.append(SchemaNode(place: place))
        positions[place] = position
        waiting.append((position, schema))
        return position
    }

    mutating func refuse(_ place: JSONPointer, _ message: String) {
        if problems.count < Self.problemLimit { problems.append(SchemaError.Problem(place: place, message: message)) }
    }

    private mutating func compile(_ schema: JSON, into position: Int) {
        let place = nodes[position].place
        switch schema {
        case .bool(let allows):
            nodes[position].isNever = !allows
        case .object(let keywords):
            let reader = KeywordReader(keywords: keywords, place: place)
            let rules = reader.rules(&self)
            nodes[position].rules = rules
            nodes[position].phrase = reader.phrase(of: rules)
        default:
            refuse(place, "found \(schema.phrase), a schema is an object, true or false")
        }
    }

    /// The position of what a reference names. It must be in the same document.
    mutating func node(referredToBy reference: String, at place: JSONPointer) -> Int? {
        guard reference.utf8.first == UInt8(ascii: "#") else {
            refuse(
                place,
                "refers to \(reference.quoted), only places in the same document can be referred to: \"#/$defs/…\"")
            return nil
        }
        guard let fragment = String(percentDecoding: reference.utf8.dropFirst()),
            let target = JSONPointer(fragment), let schema = source.value(at: target)
        else {
            refuse(place, "refers to \(reference.quoted), which is not in the document")
            return nil
        }
        return node(at: target, schema)
    }

    /// A schema that applies itself to the same value again would never come to an end. Schemas that do not are taken
    /// away one after the other; what is left leads in circles.
    private mutating func findEndlessReferences() {
        var outgoing = nodes.map { Set($0.inPlace) }
        var incoming: [[Int]] = Array(repeating: [], count: nodes.count)
        for (position, targets) in outgoing.enumerated() {
            for target in targets { incoming[target].append(position) }
        }
        var done = outgoing.indices.filter { outgoing[$0].isEmpty }
        while let position = done.popLast() {
            for user in incoming[position] {
                outgoing[user].remove(position)
                if outgoing[user].isEmpty { done.append(user) }
            }
        }
        if let circle = outgoing.firstIndex(where: { !$0.isEmpty }) {
            refuse(nodes[circle].place, "refers back to itself without going into the value, which would never end")
        }
    }
}
