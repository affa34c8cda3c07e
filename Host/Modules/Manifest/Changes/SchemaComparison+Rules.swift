import PatchbayJSON

extension SchemaComparison {
    func compareTypes(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ findings: inout ChangeFindings
    ) {
        let (before, now) = (old.types, new.types)
        guard before != now else { return }
        let shift: Shift = now.isSuperset(of: before) ? .widened : now.isSubset(of: before) ? .narrowed : .changed
        note(
            shift, "type", pointer + "/type", path, "was \(words(old["type"])) and is \(words(new["type"]))", &findings)
    }

    private func words(_ type: JSON?) -> String {
        switch type {
        case .string(let name)?: "of type \(name)"
        case .array(let names)?: "of type " + names.compactMap(\.string).joined(separator: " or ")
        default: "of any type"
        }
    }

    func compareChoices(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ findings: inout ChangeFindings
    ) {
        let (before, now) = (choices(old), choices(new))
        switch (before, now) {
        case (nil, nil): return
        case (nil, let now?):
            note(.narrowed, "choice", pointer + "/enum", path, "must be one of \(list(now)) now", &findings)
        case (_?, nil):
            note(.widened, "choice", pointer, path, "may be any value of its type now", &findings)
        case (let before?, let now?):
            let gone = before.filter { !now.contains($0) }
            let added = now.filter { !before.contains($0) }
            if !gone.isEmpty {
                note(.narrowed, "choice", pointer + "/enum", path, "can no longer be \(list(gone))", &findings)
            }
            if !added.isEmpty {
                // In an output too: whoever looks at one value must expect that there are others.
                note(
                    .widened, "choice", pointer + "/enum", path, "can be \(list(added)) too", &findings,
                    level: .additive)
            }
        }
    }

    private func choices(_ place: Place) -> [JSON]? { place["const"].map { [$0] } ?? place["enum"]?.array }

    private func list(_ values: [JSON]) -> String {
        values.prefix(8).map { shown($0) }.joined(separator: ", ")
            + (values.count > 8 ? " and \(values.count - 8) more" : "")
    }

    func compareBounds(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ findings: inout ChangeFindings
    ) {
        let lower = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"]
        let upper = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"]
        for name in lower + upper where old[name] != new[name] {
            let isLower = lower.contains(name)
            let nothing = isLower ? -Double.infinity : .infinity
            let (before, now) = (old[name]?.double ?? nothing, new[name]?.double ?? nothing)
            let isTighter = isLower ? now > before : now < before
            note(
                isTighter ? .narrowed : .widened, "bound", pointer + "/" + name, path,
                "has `\(name)` \(shown(new[name])) where it was \(shown(old[name]))", &findings,
                level: direction == .output && !isTighter ? .additive : nil)
        }
    }

    /// Keywords that are conditions of their own: one more narrows, one less widens, another one changes.
    func compareConditions(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ findings: inout ChangeFindings
    ) {
        for name in ["pattern", "format", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType"] {
            let (before, now) = (effective(old[name]), effective(new[name]))
            guard before != now else { continue }
            let shift: Shift = before == nil ? .narrowed : now == nil ? .widened : .changed
            note(
                shift, name, pointer + "/" + name, path, "has `\(name)` \(shown(now)) where it was \(shown(before))",
                &findings, level: direction == .output && name == "pattern" ? .additive : nil)
        }
        compareAlternatives(old, new, pointer, path, &findings)
        let rest = [
            "$ref", "$dynamicRef", "not", "if", "then", "else", "contains", "patternProperties", "propertyNames",
            "dependentSchemas", "dependentRequired", "unevaluatedProperties", "unevaluatedItems",
        ]
        for name in rest where old[name] != new[name] || old[name] != nil && usesChangedParts(old, new, name) {
            note(.changed, "schema", pointer + "/" + name, path, "has another `\(name)`", &findings)
        }
    }

    private func effective(_ value: JSON?) -> JSON? { value == false ? Optional<JSON>.none : value }

    /// Whether what a keyword refers to may have changed although it reads the same.
    private func usesChangedParts(_ old: Place, _ new: Place, _ name: String) -> Bool {
        old.root["$defs"] != new.root["$defs"] && (old[name]?.text.contains("#/$defs/") ?? false)
            || name == "$ref" && old.root["$defs"] != new.root["$defs"]
    }

    private func compareAlternatives(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ findings: inout ChangeFindings
    ) {
        for name in ["anyOf", "oneOf", "allOf"] {
            let (before, now) = (old[name]?.array, new[name]?.array)
            let isReferred = before != nil && usesChangedParts(old, new, name)
            guard before != now || isReferred else { continue }
            let gone = (before ?? []).filter { !(now ?? []).contains($0) }
            let added = (now ?? []).filter { !(before ?? []).contains($0) }
            let shift: Shift
            if isReferred || !gone.isEmpty && !added.isEmpty {
                shift = .changed
            } else if name == "allOf" {
                shift = added.isEmpty ? .widened : .narrowed
            } else if before == nil {
                shift = .narrowed
            } else if now == nil {
                shift = .widened
            } else if gone.isEmpty && added.isEmpty {
                continue
            } else {
                shift = added.isEmpty ? .narrowed : .widened
            }
            note(
                shift, "alternatives", pointer + "/" + name, path,
                "has \(now?.count ?? 0) parts in `\(name)` where it had \(before?.count ?? 0)", &findings)
        }
    }
}
