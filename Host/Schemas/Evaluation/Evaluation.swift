import PatchbayCore
import PatchbayJSON

/// Holds one value against a schema.
struct Evaluation {
    let schema: CompiledSchema
    let limits: ValidationLimits
    private let unknown: ((JSON) -> Bool)?
    /// Whether schemas around a reference may replace what it leads to, so that it must be known which they are.
    private let isDynamic: Bool

    /// The way from the outermost value to the one that is looked at. Kept while somebody wants to read it.
    private(set) var path: [Step] = []
    /// The nodes that are being applied, outermost first.
    private(set) var trail: [Passage] = []
    /// The resources that were entered on the way, outermost first.
    private var scope: [Int] = []
    /// What has been looked at in the value; nil when nobody asks.
    var marks: Marks?
    private var findings: [Finding] = []
    /// Whether only the verdict is wanted.
    private var isQuiet = true
    /// Whether names of members are looked at, of which none is unknown.
    private var judgesNames = false
    private var steps = 0
    private var allowance: Int
    private var messages = 0
    /// Why the check ended early.
    private var givenUp: SchemaViolation?
    private let root: JSON

    enum Step {
        case name(String)
        case index(Int)
    }

    /// How a schema comes to be applied.
    enum Edge: UInt8 {
        case nested
        case reference
        case dynamicReference
    }

    struct Passage {
        var node: Int32
        var edge: Edge
    }

    init(schema: CompiledSchema, value: JSON, limits: ValidationLimits, unknown: ((JSON) -> Bool)?) {
        self.schema = schema
        self.limits = limits
        self.unknown = unknown
        root = value
        isDynamic = !schema.dynamicAnchors.isEmpty
        allowance = min(limits.steps, ValidationLimits.freeSteps)
    }

    /// Most values fit, so the words are left for a second pass over those that do not.
    mutating func violations() -> [SchemaViolation] {
        let verdict = evaluate(Schema.root, root)
        if verdict != .invalid, givenUp == nil { return [] }
        if givenUp == nil {
            (isQuiet, steps) = (false, 0)
            _ = evaluate(Schema.root, root)
        }
        return givenUp.map { [$0] } ?? findings.map(\.violation)
    }

    // MARK: Applying schemas

    /// Applies a schema to a value that is not the one its own schema is applied to, or not in a way that counts for
    /// keywords that ask what others have looked at.
    mutating func evaluate(_ node: Int, _ value: JSON, by edge: Edge = .nested) -> Verdict {
        guard marks != nil || schema.nodes[node].needsMarks else { return judgeRules(of: node, value, edge) }
        let outer = marks
        defer { marks = outer }
        marks = schema.nodes[node].needsMarks ? Marks() : nil
        return judgeRules(of: node, value, edge)
    }

    /// Applies a schema to the same value as the one around it.
    mutating func evaluateHere(_ node: Int, _ value: JSON, by edge: Edge = .nested) -> Verdict {
        guard let outer = marks else { return evaluate(node, value, by: edge) }
        marks = Marks()
        let verdict = judgeRules(of: node, value, edge)
        // What a schema has looked at that refuses the value does not count.
        let inner = verdict == .invalid ? nil : marks
        marks = outer
        if let inner { marks?.formUnion(inner) }
        return verdict
    }

    private mutating func judgeRules(of node: Int, _ value: JSON, _ edge: Edge) -> Verdict {
        guard givenUp == nil else { return .invalid }
        if !spend(1) { return .invalid }
        trail.append(Passage(node: Int32(truncatingIfNeeded: node), edge: edge))
        defer { trail.removeLast() }
        if isUnknown(value) { return .unsure }
        if schema.nodes[node].isNever {
            return refuse(nil) { "\($0.subject) is not allowed" }
        }
        if trail.count > limits.depth { return giveUp("is nested too deep for its schema to be checked") }
        let entered = isDynamic && scope.last != schema.nodes[node].resource
        if entered { scope.append(schema.nodes[node].resource) }
        defer { if entered { scope.removeLast() } }

        var verdict = Verdict.valid
        for rule in schema.nodes[node].rules {
            // What is left over is not known when something has failed that would have looked at it.
            if verdict == .invalid, rule.isAboutTheRest { break }
            let met = apply(rule, to: value)
            verdict = min(verdict, met)
            guard met == .invalid else { continue }
            // What else is wrong with a value of another type says nothing new.
            if isQuiet || rule.isType { break }
        }
        return verdict
    }

    private mutating func apply(_ rule: SchemaNode.Rule, to value: JSON) -> Verdict {
        switch rule {
        case .types(let kinds): checkType(kinds, value)
        case .constant(let constant): checkConstant(constant, value)
        case .oneOfValues(let choice): checkChoice(choice, value)
        case .number(let rule): checkNumber(rule, value)
        case .length(let bounds): checkLength(bounds, value)
        case .pattern(let pattern): checkPattern(pattern, value)
        case .format(let format): checkFormat(format, value)
        case .itemCount(let bounds): checkItemCount(bounds, value)
        case .memberCount(let bounds): checkMemberCount(bounds, value)
        case .uniqueItems: checkUniqueItems(value)
        case .items(let prefix, let rest): checkItems(prefix, rest, value)
        case .contains(let node, let bounds): checkContains(node, bounds, value)
        case .members(let members): checkMembers(members, value)
        case .names(let node): checkNames(node, value)
        case .required(let names): checkRequired(names, value)
        case .dependentRequired(let dependents, let keyword): checkDependents(dependents, keyword, value)
        case .dependentSchemas(let schemas): checkDependents(schemas, value)
        case .reference(let node): evaluateHere(node, value, by: .reference)
        case .dynamicReference(let name, let fallback):
            evaluateHere(target(ofAnchor: name, fallback), value, by: .dynamicReference)
        case .all(let nodes): checkAll(nodes, value)
        case .any(let nodes): checkAny(nodes, value)
        case .exactlyOne(let nodes): checkExactlyOne(nodes, value)
        case .not(let node): checkNot(node, value)
        case .condition(let test, let success, let failure): checkCondition(test, success, failure, value)
        case .unevaluatedItems(let node): checkUnevaluatedItems(node, value)
        case .unevaluatedMembers(let node): checkUnevaluatedMembers(node, value)
        }
    }

    /// The outermost resource on the way here that has the anchor takes its place.
    private func target(ofAnchor name: Int, _ fallback: Int) -> Int {
        let table = schema.dynamicAnchors[name]
        for resource in scope {
            if let node = table[resource] { return node }
        }
        return fallback
    }

    func isUnknown(_ value: JSON) -> Bool {
        guard let unknown, !judgesNames else { return false }
        return unknown(value)
    }

    var takesUnknown: Bool { unknown != nil }

    /// False when the check has taken more work than its value is worth.
    mutating func spend(_ count: Int) -> Bool {
        steps += count
        if steps <= allowance { return true }
        if allowance < limits.steps {
            allowance = limits.steps(forValues: root.valueCount(upTo: limits.steps))
            if steps <= allowance { return true }
        }
        _ = giveUp("takes more than \(allowance) steps to check")
        return false
    }

    // MARK: Going inwards

    mutating func evaluate(_ node: Int, _ value: JSON, at step: @autoclosure () -> Step) -> Verdict {
        if isQuiet { return evaluate(node, value) }
        path.append(step())
        defer { path.removeLast() }
        return evaluate(node, value)
    }

    mutating func inside(_ step: Step, _ body: (inout Evaluation) -> Void) {
        path.append(step)
        defer { path.removeLast() }
        body(&self)
    }

    /// The verdict alone; nothing is reported.
    mutating func judge(_ node: Int, _ value: JSON) -> Verdict {
        quietly { $0.evaluate(node, value) }
    }

    mutating func quietly(_ body: (inout Evaluation) -> Verdict) -> Verdict {
        let wasQuiet = isQuiet
        isQuiet = true
        defer { isQuiet = wasQuiet }
        return body(&self)
    }

    /// Applies a schema to the name of a member, and answers what would be reported about it.
    mutating func judge(name: String, of node: Int) -> (verdict: Verdict, findings: [Finding]) {
        judgesNames = true
        defer { judgesNames = false }
        return capturing { $0.evaluate(node, .string(name)) }
    }

    /// What is reported meanwhile is answered instead.
    mutating func capturing(
        _ body: (inout Evaluation) -> Verdict
    ) -> (verdict: Verdict, findings: [Finding]) {
        let before = findings
        findings = []
        let verdict = body(&self)
        defer { findings = before }
        return (verdict, findings)
    }

    // MARK: Reporting

    /// Something wrong with the value that is looked at. The words are made only when somebody wants to read them.
    @discardableResult
    mutating func refuse(
        _ keyword: String?, reason: Finding.Reason = .other, hint: (Evaluation) -> String? = { _ in nil },
        _ message: (Evaluation) -> String
    ) -> Verdict {
        guard wantsReports, findings.count < limits.violations else { return .invalid }
        messages += 1
        let violation = violation(keyword, message(self), hint: hint(self))
        findings.append(Finding(violation: violation, reason: reason, depth: path.count))
        return .invalid
    }

    mutating func report(_ finding: Finding) {
        guard wantsReports, findings.count < limits.violations else { return }
        findings.append(finding)
    }

    /// Of forms inside forms all are tried, and most of what is wrong with them is put away again. At some point the
    /// time for wording it is over.
    var hasWordsLeft: Bool { messages < 5_000 }

    var wantsReports: Bool { !isQuiet && givenUp == nil }

    private mutating func giveUp(_ message: String) -> Verdict {
        givenUp = violation(nil, "\(subject) \(message)", hint: nil)
        return .invalid
    }

    private func violation(_ keyword: String?, _ message: String, hint: String?) -> SchemaViolation {
        let node = trail.last.map { Int($0.node) } ?? Schema.root
        return SchemaViolation(
            instance: JSONPointer(tokens: path.map(\.token)), schema: schema.pointer(to: node, keyword),
            keyword: keywordLocation(keyword), location: schema.location(of: node, keyword), message: message,
            hint: hint)
    }

    /// The keywords that led here, references among them.
    private func keywordLocation(_ keyword: String?) -> JSONPointer {
        var tokens: [String] = []
        for passage in trail.dropFirst() {
            switch passage.edge {
            case .nested: tokens += schema.places[schema.nodes[Int(passage.node)].place].tokens
            case .reference: tokens.append("$ref")
            case .dynamicReference: tokens.append("$dynamicRef")
            }
        }
        if let keyword { tokens.append(keyword) }
        return JSONPointer(tokens: tokens)
    }

    /// What the value that is looked at is called: `"count"`, `"items[3]"`, or "the value".
    var subject: String {
        guard !path.isEmpty else { return "the value" }
        var name = ""
        for step in path.reversed() {
            switch step {
            case .index(let index): name = "[\(index)]\(name)"
            case .name(let text): return (text + name).quoted
            }
        }
        return name.quoted
    }

    /// The node that is being applied.
    var node: SchemaNode { schema.nodes[trail.last.map { Int($0.node) } ?? Schema.root] }
}

extension Evaluation.Step {
    fileprivate var token: String {
        switch self {
        case .name(let name): name
        case .index(let index): String(index)
        }
    }
}

extension SchemaNode.Rule {
    fileprivate var isAboutTheRest: Bool {
        switch self {
        case .unevaluatedItems, .unevaluatedMembers: true
        default: false
        }
    }
}
