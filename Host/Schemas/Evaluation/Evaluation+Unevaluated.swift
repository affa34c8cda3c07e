import PatchbayCore
import PatchbayJSON

/// Keywords about what no other keyword, here or in a schema that applies with this one, has looked at.
extension Evaluation {
    mutating func checkUnevaluatedItems(_ node: Int, _ value: JSON) -> Verdict {
        guard let elements = value.array, let seen = marks else { return .valid }
        marks?.insertAll()
        var verdict = Verdict.valid
        for (index, element) in elements.enumerated() where !seen.contains(index) {
            guard schema.nodes[node].isNever else {
                verdict = min(verdict, evaluate(node, element, at: .index(index)))
                continue
            }
            verdict = .invalid
            if !wantsReports { return verdict }
            inside(.index(index)) { inner in
                inner.refuse("unevaluatedItems") { "\($0.subject) is an element that is not foreseen" }
            }
        }
        return verdict
    }

    mutating func checkUnevaluatedMembers(_ node: Int, _ value: JSON) -> Verdict {
        guard let object = value.object, let seen = marks else { return .valid }
        marks?.insertAll()
        var verdict = Verdict.valid
        for (index, member) in object.enumerated() where !seen.contains(index) {
            guard schema.nodes[node].isNever else {
                verdict = min(verdict, evaluate(node, member.value, at: .name(member.name)))
                continue
            }
            verdict = .invalid
            if !wantsReports { return verdict }
            reportStranger(member.name, "unevaluatedProperties", known: namesKnownHere(), object)
        }
        return verdict
    }

    /// The members that this schema and those that apply with it name.
    private func namesKnownHere() -> [String] {
        guard let here = trail.last else { return [] }
        var waiting = [Int(here.node)]
        var seen = Set(waiting)
        var names: [String] = []
        // More schemas than a hint is worth are not asked.
        while let node = waiting.popLast(), seen.count < 200 {
            for case .members(let members) in schema.nodes[node].rules {
                names += members.names.filter { !names.contains($0) }
            }
            waiting += schema.nodes[node].inPlace.reversed().filter { seen.insert($0).inserted }
        }
        return names
    }
}
