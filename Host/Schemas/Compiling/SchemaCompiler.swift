import PatchbayCore
import PatchbayJSON

/// Turns documents into nodes: every schema of the first document, and of others what it refers to. Schemas that are
/// met wait in a queue, so that neither deep documents nor long chains of references nest calls.
struct SchemaCompiler {
    let formats: FormatChecking
    private(set) var index: SchemaIndex
    private var nodes: [SchemaNode] = []
    /// Of each place, -1 for none yet.
    private var nodesByPlace: [Int] = []
    private var problems: [SchemaError.Problem] = []
    private var patterns = PatternSet()
    /// Names of dynamic anchors that are referred to, with their numbers.
    private var dynamicNames: [String: Int] = [:]

    /// Problems that are told; a document with more is not worth reading on.
    private static let problemLimit = 100

    init(documents: SchemaDocuments, formats: FormatChecking) {
        index = SchemaIndex(documents: documents)
        self.formats = formats
    }

    mutating func compile(_ document: JSON, at uri: String) throws(SchemaError) -> CompiledSchema {
        let root = index.add(document, at: URIReference(uri).withoutFragment.text)
        for place in root..<index.places.count { _ = node(at: place) }
        var next = 0
        while true {
            while next < nodes.count {
                compile(node: next)
                next += 1
            }
            addDynamicTargets()
            if next == nodes.count { break }
        }
        for problem in index.problems { refuse(problem.place, problem.tokens, problem.message) }
        if problems.isEmpty { findEndlessReferences() }
        guard problems.isEmpty else { throw SchemaError(problems: problems) }
        return CompiledSchema(
            nodes: nodes, places: index.places, resources: index.resources, dynamicAnchors: dynamicAnchors())
    }

    // MARK: For readers of keywords

    /// The nodes of the schemas in the value of a keyword, in their order, with their names or positions.
    mutating func nodes(below place: Int, _ keyword: String) -> [(name: String, node: Int)] {
        var found: [(name: String, node: Int)] = []
        for child in index.places[place].children where index.places[child].tokens[0] == keyword {
            found.append((index.places[child].tokens.last ?? "", node(at: child)))
        }
        return found
    }

    /// The rule of a `$ref` or `$dynamicRef`.
    mutating func rule(referringTo reference: String, from place: Int, _ keyword: String) -> SchemaNode.Rule? {
        do throws(ReferenceRefusal) {
            let target = try index.target(of: reference, from: place)
            let node = node(at: target.place)
            guard keyword == "$dynamicRef", let name = target.dynamicAnchor else { return .reference(node) }
            let number = dynamicNames[name] ?? dynamicNames.count
            dynamicNames[name] = number
            return .dynamicReference(number, fallback: node)
        } catch {
            refuse(place, [keyword], error.message)
            return nil
        }
    }

    mutating func pattern(_ text: String, _ place: Int, _ tokens: [String]) -> SchemaPattern? {
        do throws(PatternRefusal) {
            return try patterns.pattern(text)
        } catch {
            refuse(place, tokens, error.message)
            return nil
        }
    }

    mutating func refuse(_ place: Int, _ tokens: [String], _ message: String) {
        guard problems.count < Self.problemLimit else { return }
        var pointer = index.places.pointer(to: place)
        pointer.tokens += tokens
        let document = index.places.document(of: place)
        let uri = document == 0 ? nil : index.resources[index.places[document].resource].uri
        problems.append(SchemaError.Problem(document: uri, place: pointer, message: message))
    }

    // MARK: Nodes

    private mutating func node(at place: Int) -> Int {
        while nodesByPlace.count < index.places.count { nodesByPlace.append(-1) }
        if nodesByPlace[place] >= 0 { return nodesByPlace[place] }
        nodesByPlace[place] = nodes.count
        nodes.append(SchemaNode(place: place, resource: index.places[place].resource))
        return nodes.count - 1
    }

    private mutating func compile(node: Int) {
        let place = nodes[node].place
        switch index.places[place].schema {
        case .bool(let allows):
            nodes[node].isNever = !allows
        case .object(let keywords):
            let vocabularies = index.resources[nodes[node].resource].vocabularies
            let reader = KeywordReader(keywords: keywords, place: place, vocabularies: vocabularies)
            let rules = reader.rules(&self)
            nodes[node].rules = rules
            nodes[node].phrase = reader.phrase(of: rules)
            nodes[node].needsMarks = rules.contains(where: \.needsMarks)
        case let other:
            refuse(place, [], "found \(other.phrase), a schema is an object, true or false")
        }
    }

    // MARK: Dynamic anchors

    /// Any resource that has the anchor may be among those that lead to the reference.
    private mutating func addDynamicTargets() {
        for name in dynamicNames.keys {
            for place in (index.dynamicAnchors[name] ?? [:]).values.sorted() { _ = node(at: place) }
        }
    }

    private func dynamicAnchors() -> [[Int: Int]] {
        var tables: [[Int: Int]] = Array(repeating: [:], count: dynamicNames.count)
        for (name, number) in dynamicNames {
            tables[number] = (index.dynamicAnchors[name] ?? [:]).mapValues { nodesByPlace[$0] }
        }
        return tables
    }

    // MARK: Endless references

    /// A schema that applies itself to the same value again would never come to an end. Schemas that do not are taken
    /// away one after the other; what is left leads in circles.
    private mutating func findEndlessReferences() {
        var left = Array(repeating: 0, count: nodes.count)
        var users: [Int: [Int]] = [:]
        for (position, node) in nodes.enumerated() {
            for target in node.inPlace {
                left[position] += 1
                users[target, default: []].append(position)
            }
        }
        var done = left.indices.filter { left[$0] == 0 }
        while let position = done.popLast() {
            for user in users[position] ?? [] {
                left[user] -= 1
                if left[user] == 0 { done.append(user) }
            }
        }
        if let circle = left.firstIndex(where: { $0 > 0 }) {
            refuse(
                nodes[circle].place, [], "refers back to itself without going into the value, which would never end")
        }
    }
}

extension SchemaNode.Rule {
    fileprivate var needsMarks: Bool {
        switch self {
        case .unevaluatedItems, .unevaluatedMembers: true
        default: false
        }
    }
}
