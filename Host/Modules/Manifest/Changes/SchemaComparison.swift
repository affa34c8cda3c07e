import PatchbayJSON

/// Holds two JSON Schemas against each other: does the newer one take what the older one took, and promise what it promised?
///
/// What cannot be decided by looking at keywords one by one (`not`, `if`, references that changed) counts as breaking: a
/// number too high surprises nobody.
struct SchemaComparison {
    enum Direction {
        /// Values that users give: narrowing breaks.
        case input
        /// Values that users get: widening breaks.
        case output
    }

    /// What became of the set of values that fit.
    enum Shift {
        case widened, narrowed, changed
    }

    let direction: Direction
    /// What codes begin with: `input`, `output` or `setting`.
    let code: String
    /// Deeper ones are compared as a whole; references may lead in a circle.
    static let deepest = 24

    init(_ direction: Direction, code: String) {
        self.direction = direction
        self.code = code
    }

    func compare(_ old: JSON, _ new: JSON, at pointer: String, into findings: inout ChangeFindings) {
        findings.referred = []
        compare(Place(old, root: old), Place(new, root: new), pointer, "", 0, &findings)
    }

    /// A schema with the document that its references lead into.
    struct Place {
        var schema: JSON
        var root: JSON
        /// Where it was found, when a reference led to it.
        var reference = ""

        init(_ schema: JSON, root: JSON) {
            self.root = root
            var schema = schema
            // A reference alone is what it leads to; with other keywords beside it, it is compared as it stands.
            for _ in 0..<8 {
                guard let text = schema["$ref"]?.string, text.hasPrefix("#"),
                    schema.object?.names.allSatisfy({ $0 == "$ref" || $0 == "$defs" }) == true,
                    let target = Self.value(at: text.dropFirst(), in: root)
                else { break }
                schema = target
                reference = text
            }
            self.schema = schema
        }

        private static func value(at pointer: Substring, in root: JSON) -> JSON? {
            var value = root
            for token in pointer.split(separator: "/") {
                let name = String(token).replacing("~1", with: "/").replacing("~0", with: "~")
                guard let next = value[name] ?? Int(name).flatMap({ value[$0] }) else { return nil }
                value = next
            }
            return value
        }

        func sub(_ schema: JSON?) -> Place { Place(schema ?? true, root: root) }

        subscript(_ name: String) -> JSON? { schema[name] }

        /// Types that a value may have; every one when the schema does not say.
        var types: Set<String> {
            var types: Set<String>
            switch schema["type"] {
            case .string(let type)?: types = [type]
            case .array(let names)?: types = Set(names.compactMap(\.string))
            default: types = ["null", "boolean", "number", "string", "array", "object"]
            }
            if types.contains("number") { types.insert("integer") }
            return types
        }

        func isRequired(_ name: String) -> Bool { schema["required"]?.array?.contains(.string(name)) == true }
    }

    func compare(
        _ old: Place, _ new: Place, _ pointer: String, _ path: String, _ depth: Int, _ findings: inout ChangeFindings
    ) {
        if old.schema == new.schema, old.root == new.root { return }
        // What many places refer to, itself perhaps, is gone through once.
        let isReferred = !old.reference.isEmpty || !new.reference.isEmpty
        if isReferred, !findings.referred.insert("\(old.reference) \(new.reference)").inserted { return }
        if old.schema.bool == true, new.schema.bool == true { return }
        guard depth < Self.deepest else {
            if old.schema != new.schema { note(.changed, "schema", pointer, path, "has another schema", &findings) }
            return
        }
        if old.schema.bool == false || new.schema.bool == false {
            guard old.schema != new.schema else { return }
            let shift: Shift = new.schema.bool == false ? .narrowed : .widened
            let text = shift == .narrowed ? "takes no value any more" : "takes values now"
            return note(shift, "schema", pointer, path, text, &findings)
        }
        let texts = ["title", "description", "examples", "$comment", "x-multiline"]
        if texts.contains(where: { old[$0] != new[$0] }) {
            findings.note(.compatible, "text-changed", pointer, "\(shownPath(path)) is described in other words")
        }
        compareTypes(old, new, pointer, path, &findings)
        compareChoices(old, new, pointer, path, &findings)
        compareBounds(old, new, pointer, path, &findings)
        compareConditions(old, new, pointer, path, &findings)
        compareMembers(old, new, pointer, path, depth, &findings)
        compareElements(old, new, pointer, path, depth, &findings)
    }

    /// `level` for those few cases where the shift alone does not decide it.
    func note(
        _ shift: Shift, _ what: String, _ pointer: String, _ path: String, _ message: String,
        _ findings: inout ChangeFindings, level: ManifestChange.Level? = nil
    ) {
        let usual: ManifestChange.Level =
            switch (direction, shift) {
            case (.input, .widened): .additive
            case (.output, .narrowed): .compatible
            default: .breaking
            }
        findings.note(level ?? usual, "\(code)-\(what)-\(shift)", pointer, "\(shownPath(path)) \(message)")
    }

    func shownPath(_ path: String) -> String { path.isEmpty ? "the \(code)" : "`\(path)`" }
}
