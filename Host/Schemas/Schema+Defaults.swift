import PatchbayJSON

extension Schema {
    /// The defaults of the members that the document's own schema names, itself or by `$ref` and `allOf`. Of several
    /// for one member the first counts.
    static func memberDefaults(in schema: CompiledSchema) -> JSONObject {
        let nodes = schema.nodes
        var defaults = JSONObject()
        for position in sameObject(as: root, in: nodes) {
            for case .members(let members) in nodes[position].rules {
                for name in members.names where defaults[name] == nil {
                    guard let member = members.named[name] else { continue }
                    let schemas = sameObject(as: member, in: nodes).lazy.map { schema.places[nodes[$0].place].schema }
                    defaults[name] = schemas.compactMap { $0["default"] }.first
                }
            }
        }
        return defaults
    }

    /// The schema and those that always apply with it, outer ones first.
    private static func sameObject(as position: Int, in nodes: [SchemaNode]) -> [Int] {
        var found = [position]
        var seen: Set<Int> = [position]
        var next = 0
        while next < found.count {
            for rule in nodes[found[next]].rules {
                let more: [Int] =
                    switch rule {
                    case .reference(let node): [node]
                    case .all(let nodes): nodes
                    default: []
                    }
                found += more.filter { seen.insert($0).inserted }
            }
            next += 1
        }
        return found
    }
}
