import PatchbayCore
import PatchbayJSON

extension Evaluation {
    mutating func checkAll(_ branches: [Int], _ value: JSON) -> Verdict {
        var verdict = Verdict.valid
        for branch in branches {
            verdict = min(verdict, evaluateHere(branch, value))
            if verdict == .invalid, !wantsReports { break }
        }
        return verdict
    }

    mutating func checkAny(_ branches: [Int], _ value: JSON) -> Verdict {
        var verdict = Verdict.invalid
        var findings: [[Finding]] = []
        for branch in branches {
            verdict = max(verdict, tryHere(branch, value, &findings))
            if verdict == .valid, marks == nil { return .valid }
        }
        if verdict == .invalid { reportNoneFits(branches, findings, "anyOf", value) }
        return verdict
    }

    mutating func checkExactlyOne(_ branches: [Int], _ value: JSON) -> Verdict {
        var fitting: [Int] = []
        var findings: [[Finding]] = []
        var isUnsure = false
        for (number, branch) in branches.enumerated() {
            switch tryHere(branch, value, &findings) {
            case .valid: fitting.append(number)
            case .unsure: isUnsure = true
            case .invalid: break
            }
        }
        if fitting.count > 1 {
            return refuse("oneOf") { evaluation in
                let names = fitting.map { evaluation.schema.nodes[branches[$0]].phrase ?? "number \($0 + 1)" }
                let count = "\(fitting.count) of its allowed forms (\(names.joinedForReading(by: "and")))"
                return "\(evaluation.subject) fits \(count), needs just one"
            }
        }
        if isUnsure { return .unsure }
        if fitting.isEmpty { reportNoneFits(branches, findings, "oneOf", value) }
        return Verdict(!fitting.isEmpty)
    }

    /// Applies one of several forms. What would be wrong with it is put aside, when somebody wants to read it.
    private mutating func tryHere(_ branch: Int, _ value: JSON, _ findings: inout [[Finding]]) -> Verdict {
        guard wantsReports, hasWordsLeft else { return quietly { $0.evaluateHere(branch, value) } }
        let tried = capturing { $0.evaluateHere(branch, value) }
        findings.append(tried.findings)
        return tried.verdict
    }

    mutating func checkNot(_ node: Int, _ value: JSON) -> Verdict {
        let verdict = judge(node, value).negated
        if verdict == .invalid {
            refuse("not") {
                "\($0.subject) must not be \($0.schema.nodes[node].phrase ?? "what its schema excludes")"
            }
        }
        return verdict
    }

    mutating func checkCondition(_ test: Int, _ success: Int?, _ failure: Int?, _ value: JSON) -> Verdict {
        // Without a consequence it counts only for what it looks at.
        if success == nil, failure == nil, marks == nil { return .valid }
        switch quietly({ $0.evaluateHere(test, value) }) {
        case .valid: return success.map { evaluateHere($0, value) } ?? .valid
        case .invalid: return failure.map { evaluateHere($0, value) } ?? .valid
        case .unsure:
            // Refused only when it is wrong either way; then what the first way asks for is told.
            let verdicts = [success, failure].map { branch in
                branch.map { branch in quietly { $0.evaluateHere(branch, value) } } ?? .valid
            }
            guard let success, verdicts == [.invalid, .invalid] else { return .unsure }
            return evaluateHere(success, value)
        }
    }

    /// Of several forms that do not fit, what is wrong with the nearest one says most. Forms of another type, or with
    /// another value where the schema names values (as in a member that tells the forms apart), are far.
    private mutating func reportNoneFits(
        _ branches: [Int], _ findings: [[Finding]], _ keyword: String, _ value: JSON
    ) {
        guard wantsReports else { return }
        guard findings.count == branches.count else {
            refuse(keyword) { "\($0.subject) fits none of its \(branches.count) allowed forms" }
            return
        }
        let here = path.count
        var kinds: ValueKinds = []
        var candidates: [(branch: Int, choices: Int, findings: [Finding])] = []
        for (branch, findings) in zip(branches, findings) {
            if findings.count == 1, findings[0].depth == here, case .type(let other) = findings[0].reason {
                kinds.formUnion(other)
            } else {
                let choices = findings.count { $0.depth <= here + 1 && $0.reason == .choice }
                candidates.append((branch, choices, findings))
            }
        }
        guard let least = candidates.map(\.choices).min() else {
            refuse(keyword, reason: .type(kinds)) {
                "\($0.subject) is \(value.phrase), needs \(kinds.phrase)"
            }
            return
        }
        candidates.removeAll { $0.choices > least }
        let nearest = candidates.min { $0.findings.count < $1.findings.count }
        guard let nearest else { return }
        if candidates.count > 1 {
            let names = branches.compactMap { schema.nodes[$0].phrase }
            let listed = names.count == branches.count ? " (\(names.joinedForReading(by: "or")))" : ""
            let number = (branches.firstIndex(of: nearest.branch) ?? 0) + 1
            let hint = "the nearest is \(schema.nodes[nearest.branch].phrase ?? "number \(number)")"
            refuse(keyword, hint: { _ in hint }) {
                "\($0.subject) fits none of its \(branches.count) allowed forms\(listed)"
            }
        }
        for finding in nearest.findings { report(finding) }
    }
}
