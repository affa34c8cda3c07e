import PatchbayJSON

extension SchemaComparison {
    func compareMembers(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ depth: Int, _ findings: inout ChangeFindings
    ) {
        let before = old["properties"]?.object ?? [:]
        let now = new["properties"]?.object ?? [:]
        for member in before {
            let place = pointer + "/properties" + JSON.pointerToken(member.name)
            let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
            guard let value = now[member.name] else {
                memberRemoved(member.name, old, new, place, inner, &findings)
                continue
            }
            compareRequirement(old, new, member.name, place, inner, value, &findings)
            compare(old.sub(member.value), new.sub(value), place, inner, depth + 1, &findings)
            compareDefault(old, new, member.name, member.value, value, place, inner, &findings)
        }
        for member in now where before[member.name] == nil {
            let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
            memberAdded(member.name, new, pointer + "/properties" + JSON.pointerToken(member.name), inner, &findings)
        }
        // Required without being described: a rule of its own.
        let names = (old["required"]?.array ?? []) + (new["required"]?.array ?? [])
        for name in Set(names.compactMap(\.string)).sorted() where before[name] == nil && now[name] == nil {
            guard old.isRequired(name) != new.isRequired(name) else { continue }
            let isNew = new.isRequired(name)
            note(
                isNew ? .narrowed : .widened, "requirement", pointer + "/required", path,
                "must \(isNew ? "now" : "no longer") have `\(name)`", &findings)
        }
        let others = (old["additionalProperties"] ?? true, new["additionalProperties"] ?? true)
        if others.0 != others.1 {
            let inner = path.isEmpty ? "*" : "\(path).*"
            compare(
                old.sub(others.0), new.sub(others.1), pointer + "/additionalProperties", inner, depth + 1, &findings)
        }
    }

    private func memberRemoved(
        _ name: String, _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ findings: inout ChangeFindings
    ) {
        findings.note(.breaking, "\(code)-removed", pointer, "`\(path)` is gone")
    }

    private func memberAdded(
        _ name: String, _ new: Place, _ pointer: String, _ path: String, _ findings: inout ChangeFindings
    ) {
        let isRequired = new.isRequired(name)
        if direction == .input, isRequired {
            findings.note(.breaking, "\(code)-required-added", pointer, "`\(path)` is new and required")
        } else {
            findings.note(.additive, "\(code)-added", pointer, "`\(path)` is new")
        }
    }

    private func compareRequirement(
        _ old: Place, _ new: Place, _ name: String, _ pointer: String, _ path: String, _ value: JSON,
        _ findings: inout ChangeFindings
    ) {
        guard old.isRequired(name) != new.isRequired(name) else { return }
        switch (direction, new.isRequired(name)) {
        case (.input, true): findings.note(.breaking, "\(code)-required", pointer, "`\(path)` is required now")
        case (.input, false): findings.note(.additive, "\(code)-optional", pointer, "`\(path)` may be left out now")
        case (.output, true): findings.note(.additive, "\(code)-promised", pointer, "`\(path)` is always there now")
        case (.output, false): findings.note(.breaking, "\(code)-optional", pointer, "`\(path)` may be missing now")
        }
    }

    /// A default is what everybody gets who does not say otherwise.
    private func compareDefault(
        _ old: Place, _ new: Place, _ name: String, _ before: JSON, _ now: JSON, _ pointer: String, _ path: String,
        _ findings: inout ChangeFindings
    ) {
        let (before, now) = (before["default"], now["default"])
        guard before != now else { return }
        let isNeverUsed = direction == .output || old.isRequired(name)
        let level: ManifestChange.Level = isNeverUsed ? .compatible : before == nil ? .additive : .breaking
        findings.note(
            level, "\(code)-default-changed", pointer + "/default",
            "`\(path)` is \(shown(now)) when left out, where it was \(shown(before))")
    }

    func compareElements(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ depth: Int, _ findings: inout ChangeFindings
    ) {
        if old["items"] != new["items"] || old.root != new.root {
            compare(
                old.sub(old["items"]), new.sub(new["items"]), pointer + "/items", path + "[]", depth + 1, &findings)
        }
        let (before, now) = (old["prefixItems"]?.array ?? [], new["prefixItems"]?.array ?? [])
        for index in 0..<max(before.count, now.count) {
            // Past the end of a tuple the other elements' schema holds.
            let first = index < before.count ? before[index] : old["items"]
            let second = index < now.count ? now[index] : new["items"]
            compare(
                old.sub(first), new.sub(second), "\(pointer)/prefixItems/\(index)", "\(path)[\(index)]", depth + 1,
                &findings)
        }
    }
}
