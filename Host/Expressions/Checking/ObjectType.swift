/// A map whose members are known by name, from a JSON Schema or a sample: what the checker knows beyond CEL's own types.
/// Where a plain map is wanted it is a `map(string, dyn)`.
package final class ObjectType: Sendable {
    package struct Member: Hashable, Sendable {
        package var type: ValueType
        /// Always there, as far as the schema goes.
        package var isRequired: Bool

        package init(_ type: ValueType, isRequired: Bool = true) {
            self.type = type
            self.isRequired = isRequired
        }
    }

    package let members: [String: Member]
    /// Of members with other names; nil when there are none.
    package let others: ValueType?
    /// What the object is, for messages: `the output of "get_user"`.
    package let origin: String

    package init(_ members: [String: Member], others: ValueType?, origin: String) {
        self.members = members
        self.others = others
        self.origin = origin
    }

    /// As CEL knows it.
    var map: ValueType { .map(.string, .dyn) }
}

extension ObjectType: Hashable {
    package static func == (a: ObjectType, b: ObjectType) -> Bool {
        a === b || (a.others == b.others && a.members == b.members)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(members.count) }
}
