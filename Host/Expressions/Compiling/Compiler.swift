import PatchbayCore

/// Resolves the names of an expression, after macros, and makes the operations that an evaluation walks.
///
/// What cannot be resolved becomes an operation that fails, and a fault in `faults`: whoever saves expressions refuses
/// those with faults; plain CEL lets `&&` and `||` absorb them like other errors.
struct Compiler<Names: Vocabulary> {
    var vocabulary: Names
    private(set) var faults: [Fault] = []
    /// Places used so far.
    private(set) var slots = 0
    private(set) var variables: [(slot: Int, number: Int)] = []
    let library: Library
    let container: Container
    private var locals: [(name: String, slot: Int)] = []

    init(_ vocabulary: Names, library: Library = .standard, container: Container = .root) {
        self.vocabulary = vocabulary
        self.library = library
        self.container = container
    }

    func program(_ root: any Operation, source: [UInt8]) -> Program {
        Program(root: root, slots: slots, variables: variables, source: source)
    }

    mutating func operation(_ expression: Expression) -> any Operation {
        let (range, offset) = (expression.range, expression.offset)
        switch expression.node {
        case .literal(let value): return Constant(value, range)
        case .identifier, .select, .index: return path(expression)
        case .optionalSelect(let base, let name):
            return OptionalSelect(operation(base), name, range, offset: offset)
        case .optionalIndex(let base, let index): return OptionalIndex(operation(base), operation(index), range)
        case .has(let base, let name): return has(base, name, expression)
        case .call(let name, let arguments, let isAbsolute):
            return call(name, arguments, isAbsolute: isAbsolute, expression)
        case .receiverCall(let target, let name, let arguments): return call(name, of: target, arguments, expression)
        case .not(let operand): return Not(operation(operand), range)
        case .negate(let operand): return Negation(operation(operand), range)
        case .binary(let symbol, let left, let right):
            return binary(symbol, operation(left), operation(right), range, offset)
        case .all(let terms): return Chain(operations(terms), decisive: false, range)
        case .any(let terms): return Chain(operations(terms), decisive: true, range)
        case .conditional(let condition, let yes, let no):
            return Conditional(operation(condition), operation(yes), operation(no), range)
        case .list(let elements):
            var made: [(value: any Operation, isOptional: Bool)] = []
            for element in elements { made.append((operation(element.value), element.isOptional)) }
            return ListMaking(made, range)
        case .map(let entries):
            var made: [(key: any Operation, value: any Operation, isOptional: Bool)] = []
            for entry in entries { made.append((operation(entry.key), operation(entry.value), entry.isOptional)) }
            return MapMaking(made, range)
        case .message(let name, let fields): return message(name, fields, expression)
        case .comprehension(let comprehension): return self.comprehension(comprehension, expression)
        case .bind(let name, let value, let body):
            let slot = newSlot()
            let value = operation(value)
            let body = scoped([(name, slot)]) { $0.operation(body) }
            return Binding([(slot, value)], body, range)
        case .block(let elements, let body): return block(elements, body, range)
        case .optionalMap(let target, let name, let body, let isFlat):
            let slot = newSlot()
            let target = operation(target)
            let body = scoped([(name, slot)]) { $0.operation(body) }
            return OptionalMapping(target, slot: slot, body, isFlat: isFlat, range, offset: offset)
        case .lambda:
            return fail(
                Fault(
                    .syntax, "a function x => … can only be given to a macro",
                    hint: "such as items.map(item => item.name)", at: offset), range)
        }
    }

    private mutating func operations(_ expressions: [Expression]) -> [any Operation] {
        var compiled: [any Operation] = []
        compiled.reserveCapacity(expressions.count)
        for expression in expressions { compiled.append(operation(expression)) }
        return compiled
    }

    /// Notes the error, and makes the operation that throws it.
    mutating func fail(_ fault: Fault, _ range: Range<Int>) -> any Operation {
        faults.append(fault)
        return Failure(fault, range)
    }

    private func binary(
        _ symbol: BinaryOperator, _ left: any Operation, _ right: any Operation, _ range: Range<Int>, _ offset: Int
    ) -> any Operation {
        switch symbol {
        case .add, .subtract, .multiply, .divide, .modulo:
            return Calculation(symbol, left, right, range, offset: offset)
        case .equal, .notEqual:
            if case .string(let text)? = (right as? Constant)?.constant {
                return TextEquality(left, text, isNegated: symbol == .notEqual, range, offset: offset)
            }
            return Equality(left, right, isNegated: symbol == .notEqual, range, offset: offset)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return Ordering(symbol, left, right, range, offset: offset)
        case .in: return Membership(left, right, range, offset: offset)
        }
    }

    // MARK: Scopes

    mutating func newSlot() -> Int {
        slots += 1
        return slots - 1
    }

    /// The operation of a part that sees more names.
    mutating func scoped(
        _ names: [(name: String, slot: Int)], _ body: (inout Self) -> any Operation
    ) -> any Operation {
        locals += names
        defer { locals.removeLast(names.count) }
        return body(&self)
    }

    func local(_ name: String) -> Int? { locals.last { $0.name == name }?.slot }

    /// The place of a variable, which stays the same wherever it is read.
    mutating func slot(ofVariable number: Int) -> Int {
        if let known = variables.first(where: { $0.number == number }) { return known.slot }
        let slot = newSlot()
        variables.append((slot, number))
        return slot
    }

    private mutating func block(_ elements: [Expression], _ body: Expression, _ range: Range<Int>) -> any Operation {
        var bindings: [(slot: Int, value: any Operation)] = []
        let outer = locals.count
        for (index, element) in elements.enumerated() {
            let slot = newSlot()
            bindings.append((slot, operation(element)))
            locals.append(("@index\(index)", slot))
        }
        defer { locals.removeLast(locals.count - outer) }
        return Binding(bindings, operation(body), range)
    }

    private mutating func comprehension(
        _ comprehension: Comprehension, _ expression: Expression
    ) -> any Operation {
        let range = operation(comprehension.range)
        let slots = comprehension.variables.map { ($0, newSlot()) }
        let loop = Loop(
            name: comprehension.name, range: range, first: slots[0].1, second: slots.count > 1 ? slots[1].1 : nil,
            offset: expression.offset)
        let whole = expression.range
        return scoped(slots) { compiler in
            let condition = comprehension.condition.map { compiler.operation($0) }
            let result = comprehension.result.map { compiler.operation($0) }
            switch (comprehension.kind, condition, result) {
            case (.all, let condition?, _): return Quantifier(loop, condition, decisive: false, whole)
            case (.exists, let condition?, _): return Quantifier(loop, condition, decisive: true, whole)
            case (.existsOne, let condition?, _): return Uniqueness(loop, condition, whole)
            case (.filter, let condition?, _): return Filter(loop, condition, whole)
            case (.map, _, let result?): return Mapping(loop, condition, result, whole)
            case (.transformMap, _, let result?):
                return MapTransformation(loop, condition, result, givesEntries: false, whole)
            case (.transformMapEntry, _, let result?):
                return MapTransformation(loop, condition, result, givesEntries: true, whole)
            case (.sortBy, _, let result?): return Sorting(loop, result, whole)
            default: preconditionFailure("a comprehension without its parts")
            }
        }
    }
}
