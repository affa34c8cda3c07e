package import PatchbayJSON

/// How large a template may be.
package enum TemplateLimits {
    /// Bytes of the whole document as JSON.
    package static let bytes = 1 << 20
    /// Nodes in the document, those in containers too. How many of them a workflow may have is the planner's to say; beyond
    /// this the document is not looked at any further.
    package static let nodes = 2_000
    /// Bytes of the read-me.
    package static let readMe = 64 << 10
    package static let tags = 20
    package static let needs = 50
    package static let parameters = 50

    /// How many nodes the workflow has, in containers too; counted without reading them.
    package static func nodes(in workflow: JSON) -> Int {
        switch workflow {
        case .object(let object):
            object.reduce(0) { count, member in
                let own = member.name == "nodes" ? member.value.array?.count ?? 0 : 0
                return count + own + nodes(in: member.value)
            }
        case .array(let list): list.reduce(0) { $0 + nodes(in: $1) }
        default: 0
        }
    }
}
