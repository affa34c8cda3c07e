import PatchbayCore
import PatchbayJSON

extension Evaluation {
    mutating func checkAny(_ branches: [Int], _ position: Int, _ value: JSON) -> Verdict {
        var verdict = Verdict.invalid
        for branch in branches where verdict != .valid { verdict = max(verdict, judge(branch, value)) }
        if verdict == .invalid { reportNoneFits(branches, "anyOf", position, value) }
        return verdict
    }

    mutating func checkExactlyOne(_ branches: [Int], _ position: Int, _ value: JSON) -> Verdict {
        var fitting: [Int] = []
        var isUnsure = false
        for (number, branch) in branches.enumerated() {
            switch judge(branch, value) {
            case .valid: fitting.append(number)
            case .unsure: isUnsure = true
            case .invalid: break
            }
        }
        if fitting.count > 1 {
            return refuse(position, "oneOf") { evaluation in
                let names = fitting.map { evaluation.nodes[branches[$0]].phrase ?? "number \($0 + 1)" }
                let count = "\(fitting.count) of its allowed forms (\(names.joinedForReading(by: "and")))"
                return "\(evaluation.subject) fits \(count), needs just one"
            }
        }
        if isUnsure { return .unsure }
        if fitting.isEmpty { reportNoneFits(branches, "oneOf", position, value) }
        return Verdict(!fitting.isEmpty)
    }

    mutating func checkNot(_ node: Int, _ position: Int, _ value: JSON) -> Verdict {
        let verdict = judge(node, value).negated
        if verdict == .invalid {
            refuse(position, "not") {
                "\($0.subject) must not be \($0.nodes[node].phrase ?? "what its schema excludes")"
            }
        }
        return verdict
    }

    mutating func checkCondition(_ test: Int, _ success: Int?, _ failure: Int?, _ value: JSON) -> Verdict {
        switch judge(test, value) {
        case .valid: return success.map { evaluate($0, value) } ?? .valid
        case .invalid: return failure.map { evaluate($0, value) } ?? .valid
        case .unsure:
            // Refused only when it is wrong either way; then what the first way asks for is told.
            guard let success, let failure, judge(success, value) == .invalid, judge(failure, value) == .invalid else {
                return .unsure
            }
            return evaluate(success, value)
        }
    }

    /// Of several forms that do not fit, what is wrong with the nearest one says most. Forms of another type, or with
    /// another value where the schema names values (as in a member that tells the forms apart), are far.
    private mutating func reportNoneFits(_ branches: [Int], _ keyword: String, _ position: Int, _ value: JSON) {
        guard wantsReports else { return }
        let all = branches.map { findings(of: $0, value) }
        let here = path.count
        var kinds: ValueKinds = []
        var candidates: [(branch: Int, choices: Int, findings: [Finding])] = []
        for (branch, findings) in zip(branches, all) {
            if findings.count == 1, findings[0].depth == here, case .type(let other) = findings[0].reason {
                kinds.formUnion(other)
            } else {
                let choices = findings.count { $0.depth <= here + 1 && $0.reason == .choice }
                candidates.append((branch, choices, findings))
            }
        }
        guard let least = candidates.map(\.choices).min() else {
            refuse(position, keyword, reason: .type(kinds)) {
                "\($0.subject) is \(value.phrase), needs \(kinds.phrase)"
            }
            return
        }
        candidates.removeAll { $0.choices > least }
        let nearest = candidates.min { $0.findings.count < $1.findings.count }
        guard let nearest else { return }
        if candidates.count > 1 {
            let names = branches.compactMap { nodes[$0].phrase }
            let listed = names.count == branches.count ? " (\(names.joinedForReading(by: "or")))" : ""
            let number = (branches.firstIndex(of: nearest.branch) ?? 0) + 1
            let hint = "the nearest is \(nodes[nearest.branch].phrase ?? "number \(number)")"
            refuse(position, keyword, hint: { _ in hint }) {
                "\($0.subject) fits none of its \(branches.count) allowed forms\(listed)"
            }
        }
        for finding in nearest.findings { report(finding) }
    }
}
