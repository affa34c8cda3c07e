import PatchbayCore
import PatchbayJSON

extension Evaluation {
    mutating func checkMemberCount(_ bounds: SchemaNode.Bounds, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        return check(object.count, bounds, ("minProperties", "maxProperties"), "member")
    }

    mutating func checkMembers(_ members: SchemaNode.Members, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for (index, member) in object.enumerated() {
            var isTaken = false
            if let node = members.named[member.name] {
                isTaken = true
                verdict = min(verdict, checkMember(member, node, "properties", members, object))
            }
            for (pattern, node) in members.patterns {
                if !spend(1 + pattern.cost(of: member.name.utf8.count)) { return .invalid }
                guard pattern.matches(member.name) == true else { continue }
                isTaken = true
                verdict = min(verdict, checkMember(member, node, "patternProperties", members, object))
            }
            if !isTaken, let node = members.others {
                isTaken = true
                verdict = min(verdict, checkMember(member, node, "additionalProperties", members, object))
            }
            if isTaken, marks != nil { marks?.insert(index) }
            if verdict == .invalid, !wantsReports { return verdict }
        }
        return verdict
    }

    private mutating func checkMember(
        _ member: JSONObject.Member, _ node: Int, _ keyword: String, _ members: SchemaNode.Members,
        _ object: JSONObject
    ) -> Verdict {
        guard schema.nodes[node].isNever else { return evaluate(node, member.value, at: .name(member.name)) }
        // Also when its value is unknown: its name is not.
        guard wantsReports else { return .invalid }
        if keyword == "additionalProperties" {
            reportStranger(member.name, keyword, known: members.names, object)
        } else {
            let place = place
            inside(.name(member.name)) { inner in
                inner.refuse(keyword) { _ in "\(member.name.quoted) is not allowed\(place)" }
            }
        }
        return .invalid
    }

    mutating func reportStranger(_ name: String, _ keyword: String, known: [String], _ object: JSONObject) {
        let place = place
        inside(.name(name)) { inner in
            // Most likely a member is meant that is not there yet.
            let absent = known.filter { object[$0] == nil }
            let hint = Suggestion.hint(for: name, among: absent.isEmpty ? known : absent, known: "known are")
            inner.refuse(keyword, hint: { _ in hint }) { _ in "\(name.quoted) is no known member\(place)" }
        }
    }

    mutating func checkNames(_ node: Int, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for member in object {
            let (met, findings) = judge(name: member.name, of: node)
            verdict = min(verdict, met)
            guard met == .invalid else { continue }
            if !wantsReports { return verdict }
            let wrong = findings.first?.violation
            refuse("propertyNames", hint: { _ in wrong?.hint ?? wrong?.message }) {
                "\(member.name.quoted) is not allowed as the name of a member\($0.place)"
            }
        }
        return verdict
    }

    mutating func checkRequired(_ names: [String], _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for name in names where object[name] == nil {
            verdict = .invalid
            refuse("required", hint: { $0.hint(forMissing: name, object) }) {
                "\(name.quoted) is missing\($0.place)"
            }
        }
        return verdict
    }

    /// A member that may be meant, else what the missing one must be.
    private func hint(forMissing name: String, _ object: JSONObject) -> String? {
        var members = SchemaNode.Members(named: [:], names: [], others: nil)
        for case .members(let found) in node.rules { members = found }
        let strangers = object.names.filter { members.named[$0] == nil }
        if let near = Suggestion.nearest(to: name, among: strangers) {
            return "is it written as \(near.quoted)?"
        }
        return members.named[name].flatMap { schema.nodes[$0].phrase }.map { "add \(name.quoted): \($0)" }
    }

    mutating func checkDependents(_ dependents: [String: [String]], _ keyword: String, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for member in object {
            for name in dependents[member.name] ?? [] where object[name] == nil {
                verdict = .invalid
                refuse(keyword) { "\(name.quoted) is missing\($0.place), \(member.name.quoted) needs it" }
            }
        }
        return verdict
    }

    mutating func checkDependents(_ schemas: [String: Int], _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for member in object {
            if let node = schemas[member.name] { verdict = min(verdict, evaluateHere(node, value)) }
        }
        return verdict
    }

    /// " in "message"" inside a member or element, nothing in the outermost object.
    private var place: String { path.isEmpty ? "" : " in \(subject)" }
}
