/// A place of a text where an expression reads a member of a name by its spelling: `parameters.channel` in
/// `Send it to {{ parameters.channel }}`.
package struct MemberUse: Sendable, Equatable {
    /// The member's name.
    package var name: String
    /// Of the name and its member, in bytes of the text.
    package var range: Range<Int>
    /// Of the whole expression with its braces, in bytes of the text.
    package var block: Range<Int>
    /// Whether the expression is that and nothing else.
    package var isAlone: Bool
}

extension Template {
    /// Where the text reads members of `root`, in the order of the text. Nothing is resolved: what `root` is, is the caller's
    /// to know. Throws the first error of syntax.
    package static func uses(
        of root: String, in text: String, limits: ExpressionLimits = .standard
    ) throws(CompilationFailure) -> [MemberUse] {
        let source = Array(text.utf8)
        do throws(Fault) {
            return try uses(of: root, in: source, limits)
        } catch {
            throw CompilationFailure(errors: [error.located(in: source)])
        }
    }

    private static func uses(
        of root: String, in source: [UInt8], _ limits: ExpressionLimits
    ) throws(Fault) -> [MemberUse] {
        var uses: [MemberUse] = []
        var position = 0
        while let start = TemplateReader.opening(in: source, from: position) {
            let (expression, end) = try TemplateReader.expression(in: source, from: start, limits: limits)
            let found = expression.members(of: root)
            uses += found.sorted { $0.range.lowerBound < $1.range.lowerBound }.map { name, range in
                MemberUse(
                    name: name, range: range, block: start..<end,
                    isAlone: found.count == 1 && expression.range == range && expression.isMember(of: root))
            }
            position = end
        }
        return uses
    }
}

extension Expression {
    fileprivate func isMember(of root: String) -> Bool {
        if case .select(let base, _) = node, case .identifier(root, _) = base.node { true } else { false }
    }

    fileprivate func members(of root: String) -> [(name: String, range: Range<Int>)] {
        if case .select(_, let name) = node, isMember(of: root) { return [(name, range)] }
        var found: [(name: String, range: Range<Int>)] = []
        forEachChild { found += $0.members(of: root) }
        return found
    }
}
