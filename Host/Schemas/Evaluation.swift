import PatchbayCore
import PatchbayJSON

/// Holds one value against a schema.
struct Evaluation {
    let nodes: [SchemaNode]
    private let limits: ValidationLimits
    private let unknown: (JSON) -> Bool

    /// The way from the outermost value to the one that is looked at.
    private(set) var path: [Step] = []
    private var findings: [Finding] = []
    /// Whether only the verdict is wanted.
    private var isQuiet = false
    /// Whether names of members are looked at, of which none is unknown.
    private var judgesNames = false
    private var depth = 0
    private var steps = 0
    /// Why the check ended early.
    private var givenUp: SchemaViolation?

    enum Step {
        case name(String)
        case index(Int)
    }

    init(nodes: [SchemaNode], limits: ValidationLimits, unknown: @escaping (JSON) -> Bool) {
        self.nodes = nodes
        self.limits = limits
        self.unknown = unknown
    }

    mutating func violations(of value: JSON) -> [SchemaViolation] {
        _ = evaluate(Schema.root, value)
        return givenUp.map { [$0] } ?? findings.map(\.violation)
    }

    mutating func evaluate(_ position: Int, _ value: JSON) -> Verdict {
        guard givenUp == nil else { return .invalid }
        steps += 1
        if steps > limits.steps { return giveUp(position, "takes more than \(limits.steps) steps to check") }
        if isUnknown(value) { return .unsure }
        if nodes[position].isNever {
            return refuse(position, nil) { "\($0.subject) is not allowed" }
        }
        depth += 1
        defer { depth -= 1 }
        if depth > limits.depth { return giveUp(position, "is nested too deep for its schema to be checked") }

        var verdict = Verdict.valid
        for rule in nodes[position].rules {
            let met = apply(rule, of: position, to: value)
            verdict = min(verdict, met)
            guard met == .invalid else { continue }
            // What else is wrong with a value of another type says nothing new.
            if isQuiet || rule.isType { break }
        }
        return verdict
    }

    private mutating func apply(_ rule: SchemaNode.Rule, of position: Int, to value: JSON) -> Verdict {
        switch rule {
        case .types(let kinds): checkType(kinds, position, value)
        case .constant(let constant): checkConstant(constant, position, value)
        case .oneOfValues(let values): checkValues(values, position, value)
        case .number(let rule): checkNumber(rule, position, value)
        case .length(let bounds): checkLength(bounds, position, value)
        case .itemCount(let bounds): checkItemCount(bounds, position, value)
        case .memberCount(let bounds): checkMemberCount(bounds, position, value)
        case .uniqueItems: checkUniqueItems(position, value)
        case .items(let prefix, let rest): checkItems(prefix, rest, position, value)
        case .contains(let node, let bounds): checkContains(node, bounds, position, value)
        case .members(let members): checkMembers(members, position, value)
        case .names(let node): checkNames(node, position, value)
        case .required(let names): checkRequired(names, position, value)
        case .dependentRequired(let dependents): checkDependents(dependents, position, value)
        case .dependentSchemas(let schemas): checkDependents(schemas, value)
        case .reference(let node): evaluate(node, value)
        case .all(let nodes): nodes.reduce(.valid) { min($0, evaluate($1, value)) }
        case .any(let nodes): checkAny(nodes, position, value)
        case .exactlyOne(let nodes): checkExactlyOne(nodes, position, value)
        case .not(let node): checkNot(node, position, value)
        case .condition(let test, let success, let failure): checkCondition(test, success, failure, value)
        }
    }

    func isUnknown(_ value: JSON) -> Bool {
        !judgesNames && unknown(value)
    }

    // MARK: Going inwards

    mutating func evaluate(_ position: Int, _ value: JSON, at step: Step) -> Verdict {
        inside(step) { $0.evaluate(position, value) }
    }

    mutating func inside<Answer>(_ step: Step, _ body: (inout Evaluation) -> Answer) -> Answer {
        path.append(step)
        defer { path.removeLast() }
        return body(&self)
    }

    /// The verdict alone; nothing is reported.
    mutating func judge(_ position: Int, _ value: JSON) -> Verdict {
        let wasQuiet = isQuiet
        isQuiet = true
        defer { isQuiet = wasQuiet }
        return evaluate(position, value)
    }

    /// What is wrong with the name of a member; empty when nothing is.
    mutating func findings(of position: Int, name: String) -> [Finding] {
        judgesNames = true
        defer { judgesNames = false }
        return findings(of: position, .string(name))
    }

    /// What would be reported, were it not quiet.
    mutating func findings(of position: Int, _ value: JSON) -> [Finding] {
        let (before, wasQuiet) = (findings, isQuiet)
        (findings, isQuiet) = ([], false)
        defer { (findings, isQuiet) = (before, wasQuiet) }
        _ = evaluate(position, value)
        return findings
    }

    // MARK: Reporting

    /// Something wrong with the value that is looked at. The words are made only when somebody wants to read them.
    @discardableResult
    mutating func refuse(
        _ position: Int, _ keyword: String?, reason: Finding.Reason = .other,
        hint: (Evaluation) -> String? = { _ in nil }, _ message: (Evaluation) -> String
    ) -> Verdict {
        guard wantsReports, findings.count < limits.violations else { return .invalid }
        let violation = violation(position, keyword, message(self), hint: hint(self))
        findings.append(Finding(violation: violation, reason: reason, depth: path.count))
        return .invalid
    }

    mutating func report(_ finding: Finding) {
        guard wantsReports, findings.count < limits.violations else { return }
        findings.append(finding)
    }

    var wantsReports: Bool { !isQuiet && givenUp == nil }

    private mutating func giveUp(_ position: Int, _ message: String) -> Verdict {
        givenUp = violation(position, nil, "\(subject) \(message)")
        return .invalid
    }

    private func violation(_ position: Int, _ keyword: String?, _ message: String, hint: String? = nil)
        -> SchemaViolation
    {
        let place = nodes[position].place
        return SchemaViolation(
            instance: JSONPointer(tokens: path.map(\.token)), schema: keyword.map { place.appending($0) } ?? place,
            message: message, hint: hint)
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
}

extension Evaluation.Step {
    fileprivate var token: String {
        switch self {
        case .name(let name): name
        case .index(let index): String(index)
        }
    }
}
