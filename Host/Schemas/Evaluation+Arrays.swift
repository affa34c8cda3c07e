import PatchbayJSON

extension Evaluation {
    mutating func checkItemCount(_ bounds: SchemaNode.Bounds, _ position: Int, _ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        return check(elements.count, bounds, position, ("minItems", "maxItems"), "element")
    }

    mutating func checkItems(_ prefix: [Int], _ rest: Int?, _ position: Int, _ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        var verdict = Verdict.valid
        for (index, element) in elements.enumerated() {
            guard let node = index < prefix.count ? prefix[index] : rest else { break }
            if index >= prefix.count, nodes[node].isNever {
                // Also when the surplus elements are unknown: they are there.
                let count = "\(elements.count) element\(elements.count == 1 ? "" : "s")"
                return refuse(position, "items") { "\($0.subject) has \(count), needs at most \(prefix.count)" }
            }
            verdict = min(verdict, evaluate(node, element, at: .index(index)))
        }
        return verdict
    }

    mutating func checkUniqueItems(_ position: Int, _ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        var places: [JSON: Int] = [:]
        var verdict = Verdict.valid
        for (index, element) in elements.enumerated() {
            if holdsUnknown(element) {
                verdict = .unsure
            } else if let earlier = places.updateValue(index, forKey: element) {
                return refuse(position, "uniqueItems") {
                    "\($0.subject) has equal elements at \(earlier) and \(index), needs each value only once"
                }
            }
        }
        return verdict
    }

    mutating func checkContains(_ node: Int, _ bounds: SchemaNode.Bounds, _ position: Int, _ value: JSON) -> Verdict {
        guard let elements = value.array else { return .valid }
        var (fitting, possible) = (0, 0)
        for element in elements {
            let verdict = judge(node, element)
            if verdict == .valid { fitting += 1 }
            if verdict != .invalid { possible += 1 }
        }
        let kind = nodes[node].phrase.map { "of \($0)" } ?? "that fit"
        if let least = bounds.least, possible < least {
            return refuse(position, "contains") {
                "\($0.subject) has \(possible) elements \(kind), needs at least \(least)"
            }
        }
        if let most = bounds.most, fitting > most {
            return refuse(position, "maxContains") {
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
