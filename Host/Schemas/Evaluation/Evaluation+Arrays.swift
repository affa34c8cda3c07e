import PatchbayJSON

extension Evaluation {
    mutating func checkItemCount(_ bounds: SchemaNode.Bounds, _ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        return check(elements.count, bounds, ("minItems", "maxItems"), "element")
    }

    mutating func checkItems(_ prefix: [Int], _ rest: Int?, _ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        var verdict = Verdict.valid
        if rest != nil { marks?.insertAll() }
        for (index, element) in elements.enumerated() {
            guard let node = index < prefix.count ? prefix[index] : rest else { break }
            if marks != nil { marks?.insert(index) }
            if index >= prefix.count, schema.nodes[node].isNever {
                // Also when the surplus elements are unknown: they are there.
                let count = "\(elements.count) element\(elements.count == 1 ? "" : "s")"
                return refuse("items") { "\($0.subject) has \(count), needs at most \(prefix.count)" }
            }
            verdict = min(verdict, evaluate(node, element, at: .index(index)))
            if verdict == .invalid, !wantsReports { break }
        }
        return verdict
    }

    mutating func checkUniqueItems(_ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        var places: [JSON: Int] = [:]
        var verdict = Verdict.valid
        for (index, element) in elements.enumerated() {
            if takesUnknown, holdsUnknown(element) {
                verdict = .unsure
            } else if let earlier = places.updateValue(index, forKey: element) {
                return refuse("uniqueItems") {
                    "\($0.subject) has equal elements at \(earlier) and \(index), needs each value only once"
                }
            }
        }
        return verdict
    }

    mutating func checkContains(_ node: Int, _ bounds: SchemaNode.Bounds, _ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        var (fitting, possible) = (0, 0)
        for (index, element) in elements.enumerated() {
            let verdict = judge(node, element)
            if verdict != .invalid, marks != nil { marks?.insert(index) }
            if verdict == .valid { fitting += 1 }
            if verdict != .invalid { possible += 1 }
        }
        let kind = schema.nodes[node].phrase.map { "of \($0)" } ?? "that fit"
        if let least = bounds.least, possible < least {
            return refuse("contains") {
                "\($0.subject) has \(possible) elements \(kind), needs at least \(least)"
            }
        }
        if let most = bounds.most, fitting > most {
            return refuse("maxContains") {
                "\($0.subject) has \(fitting) elements \(kind), needs at most \(most)"
            }
        }
        return fitting == possible || fitting >= bounds.least ?? 0 && possible <= bounds.most ?? .max ? .valid : .unsure
    }

    private func holdsUnknown(_ value: JSON) -> Bool {
        if isUnknown(value) { return true }
        return switch value {
        case .array(let elements): elements.contains { holdsUnknown($0) }
        case .object(let object): object.contains { holdsUnknown($0.value) }
        default: false
        }
    }
}
