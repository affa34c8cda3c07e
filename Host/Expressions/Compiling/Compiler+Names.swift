import PatchbayCore

/// Names and members.
extension Compiler {
    /// A path is resolved whole: the longest beginning that means something, then members.
    mutating func path(_ expression: Expression) -> any Operation {
        var chain: [Expression] = []
        guard let path = expression.namePath(&chain) else { return member(of: expression) }
        let root = path.parts[0].name
        if !path.isAbsolute, let slot = local(root) {
            return members(of: Local(slot: slot, chain[0].range), chain.dropFirst())
        }
        if let meaning = vocabulary.meaning(of: path) {
            return members(of: operation(meaning, path, chain), chain.dropFirst(meaning.count))
        }
        if let (value, count) = constant(path) {
            return members(of: Constant(value, chain[count - 1].range), chain.dropFirst(count))
        }
        return fail(vocabulary.unknown(path), expression.range)
    }

    private mutating func operation(
        _ meaning: NameMeaning, _ path: NamePath, _ chain: [Expression]
    ) -> any Operation {
        let range = chain[meaning.count - 1].range
        switch meaning.meaning {
        case .variable(let number, let missing, let title):
            return Variable(slot: slot(ofVariable: number), missing: missing, name: title, range)
        case .value(let value): return Constant(value, range)
        case .failure(let fault): return fail(fault, range)
        }
    }

    /// The longest beginning of a path that is a constant's name, such as a type's.
    private func constant(_ path: NamePath) -> (value: Value, count: Int)? {
        var count = path.parts.firstIndex(where: \.isIndex) ?? path.parts.count
        while count > 0 {
            let name = path.parts[..<count].map(\.name).joined(separator: ".")
            let found = container.first(name, isAbsolute: path.isAbsolute) { library.constants[$0] }
            if let found { return (found, count) }
            count -= 1
        }
        return nil
    }

    /// The members behind a base that has been resolved.
    private mutating func members(of base: any Operation, _ chain: ArraySlice<Expression>) -> any Operation {
        // One error is enough: there are no members of what is not there.
        if base is Failure { return base }
        var result = base
        for expression in chain {
            switch expression.node {
            case .select(_, let name): result = select(result, name, expression, path: chain.last?.range)
            case .index(_, let index): result = element(of: result, index, expression)
            default: preconditionFailure("a path has names and members only")
            }
        }
        return result
    }

    /// A member of something that is no name.
    private mutating func member(of expression: Expression) -> any Operation {
        switch expression.node {
        case .select(let base, let name):
            return select(operation(base), name, expression)
        case .index(let base, let index): return element(of: operation(base), index, expression)
        default: preconditionFailure("an identifier is a path")
        }
    }

    /// A member of a member is found in one walk; only of names, which may be evaluated again for an error's sake.
    ///
    /// - Parameter path: where the whole path stands, for messages.
    private func select(
        _ base: any Operation, _ name: String, _ expression: Expression, path: Range<Int>? = nil
    ) -> any Operation {
        let last = Select(base, name, expression.range, offset: expression.offset, path: path)
        switch base {
        case let before as PathSelect: return before.appending(name, expression, path: path)
        case let select as Select where select.base is Variable || select.base is Local:
            return PathSelect(select.base, [select.name, name], last: last)
        default: return last
        }
    }

    private mutating func element(
        of base: any Operation, _ index: Expression, _ expression: Expression
    ) -> any Operation {
        if case .literal(.string(let name)) = index.node {
            return select(base, name, expression)
        }
        return Index(base, operation(index), expression.range)
    }

    mutating func has(_ base: Expression, _ name: String, _ expression: Expression) -> any Operation {
        var member = expression
        member.node = .select(base, name)
        var chain: [Expression] = []
        if var path = member.namePath(&chain), path.isAbsolute || local(path.parts[0].name) == nil {
            path.isTested = true
            if let test = test(path, chain, expression.range) { return test }
        }
        let base = operation(base)
        return base is Failure ? base : Has(base, name, expression.range)
    }

    /// Whether there is what the whole path means; nil when it means something only in part.
    private mutating func test(
        _ path: NamePath, _ chain: [Expression], _ range: Range<Int>
    ) -> (any Operation)? {
        guard let meaning = vocabulary.meaning(of: path), meaning.count == path.parts.count else { return nil }
        switch operation(meaning, path, chain) {
        case let variable as Variable: return IsGiven(slot: variable.slot, range)
        case let failure as Failure: return failure
        default: return nil
        }
    }
}

extension Expression {
    /// The path that the expression is, and its expressions from the root on; nil when it is none.
    func namePath(_ chain: inout [Expression]) -> NamePath? {
        guard let count = lengthOfPath else { return nil }
        chain.reserveCapacity(count)
        var path = NamePath(parts: [], isAbsolute: false)
        path.parts.reserveCapacity(count)
        append(to: &path, &chain)
        return path
    }

    /// How many names and members it is made of; nil when there is something else in front of these.
    private var lengthOfPath: Int? {
        switch node {
        case .identifier: 1
        case .select(let base, _), .index(let base, _): base.lengthOfPath.map { $0 + 1 }
        default: nil
        }
    }

    private func append(to path: inout NamePath, _ chain: inout [Expression]) {
        switch node {
        case .identifier(let name, let isAbsolute):
            path.parts.append(.init(name: name, offset: offset, isIndex: false))
            path.isAbsolute = isAbsolute
        case .select(let base, let name):
            base.append(to: &path, &chain)
            if path.computedIndex == nil { path.parts.append(.init(name: name, offset: offset, isIndex: false)) }
        case .index(let base, let index):
            base.append(to: &path, &chain)
            if path.computedIndex == nil {
                if case .literal(.string(let name)) = index.node {
                    path.parts.append(.init(name: name, offset: offset, isIndex: true))
                } else {
                    path.computedIndex = offset
                }
            }
        default: break
        }
        chain.append(self)
    }
}
