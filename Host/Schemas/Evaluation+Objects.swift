import PatchbayCore
import PatchbayJSON

extension Evaluation {
    mutating func checkMemberCount(_ bounds: SchemaNode.Bounds, _ position: Int, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        return check(object.count, bounds, position, ("minProperties", "maxProperties"), "member")
    }

    mutating func checkMembers(_ members: SchemaNode.Members, _ position: Int, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for member in object {
            let isNamed: Bool
            let node: Int
            if let named = members.named[member.name] {
                (node, isNamed) = (named, true)
            } else if let others = members.others {
                (node, isNamed) = (others, false)
            } else {
                continue
            }
            guard nodes[node].isNever else {
                verdict = min(verdict, evaluate(node, member.value, at: .name(member.name)))
                continue
            }
            // Also when its value is unknown: its name is not.
            verdict = .invalid
            reportForbidden(member.name, isNamed: isNamed, members, object, position)
        }
        return verdict
    }

    private mutating func reportForbidden(
        _ name: String, isNamed: Bool, _ members: SchemaNode.Members, _ object: JSONObject, _ position: Int
    ) {
        guard wantsReports else { return }
        let place = place
        inside(.name(name)) { inner in
            if isNamed {
                inner.refuse(position, "properties") { _ in "\(name.quoted) is not allowed\(place)" }
            } else {
                // Most likely a member is meant that is not there yet.
                let absent = members.names.filter { object[$0] == nil }
                let hint = Suggestion.hint(
                    for: name, among: absent.isEmpty ? members.names : absent, known: "known are")
                inner.refuse(position, "additionalProperties", hint: { _ in hint }) { _ in
                    "\(name.quoted) is no known member\(place)"
                }
            }
        }
    }

    mutating func checkNames(_ node: Int, _ position: Int, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for member in object {
            guard let wrong = findings(of: node, name: member.name).first?.violation else { continue }
            verdict = .invalid
            refuse(position, "propertyNames", hint: { _ in wrong.hint ?? wrong.message }) {
                "\(member.name.quoted) is not allowed as the name of a member\($0.place)"
            }
        }
        return verdict
    }

    mutating func checkRequired(_ names: [String], _ position: Int, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for name in names where object[name] == nil {
            verdict = .invalid
            refuse(position, "required", hint: { $0.hint(forMissing: name, object, position) }) {
                "\(name.quoted) is missing\($0.place)"
            }
        }
        return verdict
    }

    /// A member that may be meant, else what the missing one must be.
    private func hint(forMissing name: String, _ object: JSONObject, _ position: Int) -> String? {
        var members = SchemaNode.Members(named: [:], names: [], others: nil)
        for case .members(let found) in nodes[position].rules { members = found }
        let strangers = object.names.filter { members.named[$0] == nil }
        if let near = Suggestion.nearest(to: name, among: strangers) {
            return "is it written as \(near.quoted)?"
        }
        return members.named[name].flatMap { nodes[$0].phrase }.map { "add \(name.quoted): \($0)" }
    }

    mutating func checkDependents(_ dependents: [String: [String]], _ position: Int, _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for member in object {
            for name in dependents[member.name] ?? [] where object[name] == nil {
                verdict = .invalid
                refuse(position, "dependentRequired") {
                    "\(name.quoted) is missing\($0.place), \(member.name.quoted) needs it"
                }
            }
        }
        return verdict
    }

    mutating func checkDependents(_ schemas: [String: Int], _ value: JSON) -> Verdict {
        guard let object = value.object else { return .valid }
        var verdict = Verdict.valid
        for member in object {
            if let node = schemas[member.name] { verdict = min(verdict, evaluate(node, value)) }
        }
        return verdict
    }

    /// " in "message"" inside a member or element, nothing in the outermost object.
    private var place: String { path.isEmpty ? "" : " in \(subject)" }
}
