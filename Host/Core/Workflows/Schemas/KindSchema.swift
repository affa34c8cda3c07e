package import PatchbayJSON

/// What a kind of node is, and what stands in its `config` or `input`; beside each kind's reader, which takes its names
/// from here.
package struct KindSchema: Sendable {
    package let title: String
    package let about: String
    /// Of `config`; nil where a connector says what there may be, as in the `input` of an action.
    package let members: [MemberSchema]?
    /// Of the members.
    package let names: [String]
    /// What the members mean to one another.
    let rules: [JSON]
    /// Exactly one of these members has to be there.
    let oneOf: [String]
    /// What the node's own members and its config mean to one another.
    let nodeRules: [JSON]
    /// A whole node.
    let example: JSON

    package init(
        _ title: String, _ about: String, members: [MemberSchema]?, oneOf: [String] = [], rules: [JSON] = [],
        nodeRules: [JSON] = [], example: JSON
    ) {
        self.title = title
        self.about = about
        self.members = members
        names = (members ?? []).map(\.name)
        self.oneOf = oneOf
        self.rules = rules
        self.nodeRules = nodeRules
        self.example = example
    }

    /// Whether a node without a config lacks something.
    var isRequired: Bool { !oneOf.isEmpty || (members ?? []).contains(where: \.isRequired) }

    var shape: ValueShape {
        guard let members else { return .object }
        return .members(members, rules: rules + (oneOf.isEmpty ? [] : [MemberRule.oneOf(oneOf)]))
    }
}
