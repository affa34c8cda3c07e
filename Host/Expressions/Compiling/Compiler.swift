import PatchbayCore

/// Resolves the names of an expression and finds, before any run, every one that nothing can have.
struct Compiler {
    let names: KnownNames
    private let library = Library.standard
    private(set) var faults: [Fault] = []
    private(set) var references: Set<Reference> = []

    init(names: KnownNames) { self.names = names }

    /// Where `faults` grew, the operation is of no use.
    mutating func operation(_ expression: Expression) -> Operation {
        let range = expression.range
        switch expression.node {
        case .literal(let value): return Operation(.constant(value), range)
        case .identifier(let name, _): return root(name, range)
        case .select(let base, let name): return member(name, of: base, range)
        case .index(let base, let index): return element(index, of: base, range)
        case .call(let name, let arguments, _): return call(name, arguments, range)
        case .receiverCall(let base, let name, let arguments): return method(name, of: base, arguments, range)
        case .not(let operand): return Operation(.not(operation(operand)), range)
        case .negate(let operand): return Operation(.negate(operation(operand)), range)
        case .binary(let symbol, let left, let right):
            return Operation(.binary(symbol, operation(left), operation(right)), range)
        case .all(let terms): return Operation(.all(operations(terms)), range)
        case .any(let terms): return Operation(.any(operations(terms)), range)
        case .conditional(let condition, let yes, let no):
            return Operation(.conditional(operation(condition), operation(yes), operation(no)), range)
        case .list(let elements): return Operation(.list(operations(elements.map(\.value))), range)
        case .map(let entries):
            var compiled: [(key: Operation, value: Operation)] = []
            for entry in entries { compiled.append((operation(entry.key), operation(entry.value))) }
            return Operation(.map(compiled), range)
        default: return fail(.syntax, "unknown syntax", at: range.lowerBound, range)
        }
    }

    private mutating func operations(_ expressions: [Expression]) -> [Operation] {
        var compiled: [Operation] = []
        compiled.reserveCapacity(expressions.count)
        for expression in expressions { compiled.append(operation(expression)) }
        return compiled
    }

    /// Notes the error, and stands in for the operation that is not to be had.
    private mutating func fail(
        _ code: ExpressionError.Code, _ message: String, hint: String? = nil, at offset: Int, _ range: Range<Int>
    ) -> Operation {
        faults.append(Fault(code, message, hint: hint, at: offset))
        return Operation(.constant(.null), range)
    }

    // MARK: Names

    private mutating func root(_ name: String, _ range: Range<Int>) -> Operation {
        switch name {
        case "trigger": return root(.trigger, name, range)
        case "run": return root(.run, name, range)
        case "workflow": return root(.workflow, name, range)
        case "env": return root(.environment, name, range)
        case "input":
            references.insert(.root(name))
            return Operation(.member(Operation(.trigger, range), "body"), range)
        case "steps":
            return fail(
                .unknownName, "steps alone is no value", hint: "write steps.<node>.output", at: range.lowerBound, range)
        default:
            let hint = Suggestion.hint(for: name, among: KnownNames.roots, known: "names are")
            let elsewhere = names.steps.contains(name) ? "write steps.\(name).output" : hint
            return fail(.unknownName, "unknown name \(name.quoted)", hint: elsewhere, at: range.lowerBound, range)
        }
    }

    private mutating func root(_ node: Operation.Node, _ name: String, _ range: Range<Int>) -> Operation {
        references.insert(.root(name))
        return Operation(node, range)
    }

    /// `trigger.payload` is `trigger.body`; `steps` and `env` are resolved here and need no look-up by name in a run.
    private mutating func member(_ name: String, of base: Expression, _ range: Range<Int>) -> Operation {
        let offset = range.upperBound - name.utf8.count
        if let step = step(base) {
            guard name == "output" else { return outputIsAll(of: step, name, offset, range) }
            return output(of: step, base, range)
        }
        switch base.node {
        case .identifier("steps", _):
            return fail(
                .unknownName, "a step is no value of its own", hint: hyphenated(name) ?? "write steps.\(name).output",
                at: offset, range)
        case .identifier("env", _):
            checkEnvironment(name, at: offset)
            references.formUnion([.root("env"), .env(name)])
            return Operation(.environmentMember(name), range, offset: offset)
        case .identifier("trigger", _) where name == "payload":
            return Operation(.member(operation(base), "body"), range, offset: offset)
        default:
            return Operation(.member(operation(base), name), range, offset: offset)
        }
    }

    private mutating func element(_ index: Expression, of base: Expression, _ range: Range<Int>) -> Operation {
        if case .literal(.string(let name)) = index.node {
            if step(base) != nil || ["steps", "env", "trigger"].contains(where: base.isIdentifier) {
                // The text is written in quotes, so the place of the name is that of the index.
                return member(name, of: base, range.lowerBound..<max(range.lowerBound, index.range.upperBound))
            }
            return Operation(.member(operation(base), name), range, offset: index.range.lowerBound)
        }
        if base.isIdentifier("steps") {
            return fail(
                .unknownName, "the node's id must be written out", hint: "write steps[\"<node>\"].output",
                at: index.range.lowerBound, range)
        }
        if let step = step(base) { return outputIsAll(of: step, "…", index.range.lowerBound, range) }
        return Operation(.index(operation(base), operation(index)), range, offset: index.range.lowerBound)
    }

    // MARK: Steps

    /// The id of `steps.id` and `steps["id"]`; nil for everything else.
    private func step(_ expression: Expression) -> String? {
        switch expression.node {
        case .select(let base, let name) where base.isIdentifier("steps"): return name
        case .index(let base, let index) where base.isIdentifier("steps"):
            guard case .literal(.string(let name)) = index.node else { return nil }
            return name
        default: return nil
        }
    }

    private mutating func output(of step: String, _ base: Expression, _ range: Range<Int>) -> Operation {
        references.formUnion([.root("steps"), .step(step)])
        guard names.steps.contains(step) else {
            let hint = hyphenated(step) ?? Suggestion.hint(for: step, among: names.steps.sorted(), known: "nodes are")
            return fail(
                .unknownName, "there is no node \(step.quoted)", hint: hint, at: base.range.lowerBound, range)
        }
        return Operation(.output(of: step), range, offset: base.range.lowerBound)
    }

    /// `steps.a-b` is a subtraction; says so when there is a node `a-b`.
    private func hyphenated(_ beginning: String) -> String? {
        let id = names.steps.sorted().first { $0.hasPrefix(beginning + "-") && !names.steps.contains(beginning) }
        return id.map { "an id with a hyphen is written steps[\($0.quoted)]" }
    }

    private mutating func outputIsAll(of step: String, _ name: String, _ offset: Int, _ range: Range<Int>) -> Operation
    {
        fail(
            .unknownName, "a step has \"output\" only, and no \(name.quoted)", hint: "write steps.\(step).output",
            at: offset,
            range)
    }

    private mutating func checkEnvironment(_ name: String, at offset: Int) {
        guard let known = names.env, !known.contains(name) else { return }
        let hint =
            Suggestion.hint(for: name, among: known.sorted(), known: "names are")
            ?? "the operator has allowed no environment variable"
        faults.append(Fault(.unknownName, "\(name.quoted) is not in env", hint: hint, at: offset))
    }

    // MARK: Functions

    private mutating func call(_ name: String, _ arguments: [Expression], _ range: Range<Int>) -> Operation {
        if name == "has" { return has(arguments, range) }
        let overloads = library.overloads(name, .global)
        guard !overloads.isEmpty else {
            let isMethod = !library.overloads(name, .receiver).isEmpty
            return unknown(name, hint: isMethod ? "write text.\(name)(…)" : nil, at: range.lowerBound, range)
        }
        return call(overloads, operations(arguments), at: range.lowerBound, range)
    }

    private mutating func method(
        _ name: String, of base: Expression, _ arguments: [Expression], _ range: Range<Int>
    ) -> Operation {
        let overloads = library.overloads(name, .receiver)
        guard !overloads.isEmpty else {
            let isGlobal = !library.overloads(name, .global).isEmpty || name == "has"
            return unknown(name, hint: isGlobal ? "write \(name)(…)" : nil, at: base.range.upperBound, range)
        }
        return call(overloads, operations([base] + arguments), at: range.lowerBound, range)
    }

    private mutating func call(
        _ overloads: [Overload], _ arguments: [Operation], at offset: Int, _ range: Range<Int>
    ) -> Operation {
        let fitting = overloads.filter { $0.takes(count: arguments.count) }
        guard !fitting.isEmpty else {
            let before = overloads[0].style == .receiver ? 1 : 0
            let found = arguments.count - before
            let counts = Set(overloads.map { $0.parameters.count - before }).sorted()
            let wanted =
                counts.map(String.init).joined(separator: " or ") + (counts == [1] ? " argument" : " arguments")
            return fail(
                .type, "\(overloads[0].name) takes \(wanted), and this has \(found)",
                hint: overloads.count == 1 ? nil : Overload.hint(overloads), at: offset, range)
        }
        return Operation(.call(fitting, arguments), range)
    }

    private mutating func unknown(_ name: String, hint: String?, at offset: Int, _ range: Range<Int>) -> Operation {
        let known = library.names(.global) + library.names(.receiver) + ["has"]
        return fail(
            .unknownName, "unknown function \(name.quoted)",
            hint: hint ?? Suggestion.hint(for: name, among: known, known: "functions are"), at: offset, range)
    }

    /// `has(a.b)` asks whether `a` has `b`, and fails only when there is no `a`.
    private mutating func has(_ arguments: [Expression], _ range: Range<Int>) -> Operation {
        guard arguments.count == 1, case .select(let base, let name) = arguments[0].node else {
            return fail(
                .type, "has takes a member, such as has(trigger.body.user)",
                hint: "for other keys write \"key\" in map",
                at: range.lowerBound, range)
        }
        if base.isIdentifier("env") {
            references.formUnion([.root("env"), .env(name)])
            return Operation(.hasEnvironmentMember(name), range)
        }
        let compiled = operation(arguments[0])
        switch compiled.node {
        case .output(let step): return Operation(.hasOutput(of: step), range)
        case .member(let base, let name): return Operation(.has(base, name), range)
        default: return compiled
        }
    }
}

extension Expression {
    fileprivate func isIdentifier(_ name: String) -> Bool {
        if case .identifier(name, _) = node { true } else { false }
    }
}
