/// Where in an expression its whole value comes from: the only places where a credential may be named.
enum SecretPlaces {
    /// Where these parts begin, in bytes of the text.
    static func offsets(in expression: Expression) -> Set<Int> {
        switch expression.node {
        case .conditional(_, let yes, let no): offsets(in: yes).union(offsets(in: no))
        case .bind(_, _, let body): offsets(in: body)
        // A member of a credential would not be the whole.
        case .select(let base, _), .index(let base, _): base.isName ? [base.offset] : []
        default: []
        }
    }

    static func refusal(_ name: String, at offset: Int) -> Fault {
        Fault(
            .secret, "credentials.\(name) is a secret, and can only be the whole value where a secret is expected",
            hint: "name it in the node's \"credential\"; the host attaches the secret when it calls", at: offset)
    }
}

extension Expression {
    fileprivate var isName: Bool { if case .identifier = node { true } else { false } }
}
