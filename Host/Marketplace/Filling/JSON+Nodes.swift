import PatchbayJSON

extension JSON {
    /// A workflow with every node changed, those in containers too. What nodes are given (`input`, `config`) is not taken for
    /// a graph.
    func mappingNodes(_ change: (JSONObject) -> JSONObject) -> JSON {
        switch self {
        case .object(let object):
            return .object(
                object.reduce(into: JSONObject()) { result, member in
                    switch (member.name, member.value) {
                    case ("nodes", .array(let nodes)):
                        result["nodes"] = .array(
                            nodes.map { node in
                                guard let own = node.object else { return node }
                                return JSON.object(change(own)).mappingNodes(change)
                            })
                    case ("input", _), ("config", _), ("compensate", _), ("fallback", _):
                        result[member.name] = member.value
                    default: result[member.name] = member.value.mappingNodes(change)
                    }
                })
        case .array: return self
        default: return self
        }
    }
}
