import PatchbayCore

/// Methods of texts, lists, numbers and objects: JavaScript's own, and those that n8n adds
/// (https://docs.n8n.io/code/builtin/data-transformation-functions/).
extension ExpressionTranslator {
    mutating func method(
        _ name: String, of base: Term, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Meaning {
        let base = base.settled
        if let arrow = arguments.first, case .arrow = arrow {
            return try gone(through: base, name, arrow, areItems: false)
        }
        if base.kind == .moment { return .term(try momentMethod(name, base, arguments)) }
        if let term = try textMethod(name, base, arguments) { return .term(term) }
        if let term = try anyMethod(name, base, arguments) { return .term(term) }
        if [
            "slice", "first", "last", "at", "flat", "sort", "reverse", "concat", "unique", "removeDuplicates",
            "compact",
        ]
        .contains(name) {
            return .term(try listMethod(name, base, arguments))
        }
        if [
            "format", "toFormat", "plus", "minus", "toISO", "toISODate", "toISOString", "toDate", "getTime", "toMillis",
        ]
        .contains(name) {
            return .term(try momentMethod(name, .function("timestamp", [base], .moment), arguments))
        }
        throw Untranslatable("the method `\(name)` has no equal")
    }

    // MARK: Texts

    private mutating func textMethod(
        _ name: String, _ base: Term, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Term? {
        switch (name, arguments.count) {
        case ("toLowerCase", 0), ("toUpperCase", 0), ("toLocaleLowerCase", 0), ("toLocaleUpperCase", 0):
            remark("only the letters A to Z change their case here")
            return base.calling(name.contains("Lower") ? "lowerAscii" : "upperAscii", [], .text)
        case ("trim", 0): return base.calling("trim", [], .text)
        case ("startsWith", 1), ("endsWith", 1): return base.calling(name, [try term(arguments[0])], .bool)
        case ("split", 1), ("split", 2):
            if case .pattern = arguments[0] { throw Untranslatable("splitting at a regular expression has no equal") }
            return base.calling("split", [try term(arguments[0])], .list)
        case ("replace", 2), ("replaceAll", 2): return try replacing(name, base, arguments)
        case ("substring", 1...2), ("substr", 1): return try part(base, arguments, isText: true)
        case ("charAt", 1): return base.calling("charAt", [try term(arguments[0])], .text)
        case ("test", 1): return nil
        case ("match", 1): return try matches(base, arguments[0])
        case ("concat", _) where base.kind == .text:
            var sum = base
            for argument in arguments { sum = try self.sum(sum, try term(argument)) }
            return sum
        case ("base64Encode", 0): return .function("base64Encode", [base], .text)
        case ("base64Decode", 0): return .function("base64Decode", [base], .text)
        case ("hash", 0...1):
            guard
                arguments.isEmpty || arguments == [.text("md5")] || arguments == [.text("sha256")]
                    || arguments == [.text("sha1")] || arguments == [.text("sha512")]
            else { throw Untranslatable("this digest has no equal") }
            return .function("hash", [base, arguments.isEmpty ? .text("md5") : try term(arguments[0])], .text)
        case ("parseJson", 0): return .function("parseJSON", [base])
        case ("toDateTime", 0), ("toDate", 0):
            remark("a time must be written as RFC 3339 has it")
            return .function("timestamp", [base], .moment)
        default: return nil
        }
    }

    /// RE2 has no look-around and no back-references.
    private func pattern(_ source: String, _ flags: String) throws(Untranslatable) -> Term {
        for mark in ["(?=", "(?!", "(?<=", "(?<!", "\\1", "\\2"] where source.contains(mark) {
            throw Untranslatable("regular expressions have no \(mark) here")
        }
        let kept = flags.filter { "ims".contains($0) }
        guard flags.allSatisfy({ "gimsu".contains($0) }) else {
            throw Untranslatable("the flags \(flags) of a regular expression have no equal")
        }
        let plain = source.replacing("\\/", with: "/")
        return .text(kept.isEmpty ? plain : "(?\(kept))" + plain)
    }

    private mutating func replacing(
        _ name: String, _ base: Term, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Term {
        if case .arrow = arguments[1] { throw Untranslatable("replacing by a function has no equal") }
        guard case .pattern(let source, let flags) = arguments[0] else {
            let (old, new) = (try term(arguments[0]), try term(arguments[1]))
            return base.calling("replace", name == "replace" ? [old, new, Term("1", .whole)] : [old, new], .text)
        }
        let pattern = try pattern(source, flags)
        guard case .text(let text) = arguments[1] else {
            return .function("regex.replace", [base, pattern, try term(arguments[1])], .text)
        }
        guard !text.contains("\\") else { throw Untranslatable("a replacement with a backslash has no equal") }
        // `$1` is `\1` there.
        var new = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            new += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            guard let digit = rest.first, ("1"..."9").contains(digit) else {
                throw Untranslatable("$\(rest.prefix(1)) in a replacement has no equal")
            }
            new += "\\\(digit)"
            rest = rest.dropFirst()
        }
        var terms = [base, pattern, Term.text(new + rest)]
        if !flags.contains("g"), name == "replace" { terms.append(Term("1", .whole)) }
        return .function("regex.replace", terms, .text)
    }

    /// `text.match(/…/)`, of which the whole match is wanted mostly.
    private mutating func matches(_ base: Term, _ argument: ScriptExpression) throws(Untranslatable) -> Term {
        guard case .pattern(let source, let flags) = argument else {
            throw Untranslatable("`match` takes a regular expression here")
        }
        guard !source.contains("(") || source.contains("(?:") else {
            throw Untranslatable("`match` with groups has no equal; regex.extract gives one group")
        }
        let pattern = try pattern(source, flags)
        if flags.contains("g") { return .function("regex.extractAll", [base, pattern], .list) }
        return Term("[regex.extract(\(base.source), \(pattern.source)).orValue(null)]", .list)
    }

    /// A part of a text or list, whose ends count from its beginning.
    private mutating func part(
        _ base: Term, _ arguments: [ScriptExpression], isText: Bool
    ) throws(Untranslatable) -> Term {
        var ends: [Term] = []
        for argument in arguments { ends.append(try term(argument)) }
        let size = "size(value)"
        let from = position(ends.first ?? Term("0", .whole), size)
        let to = ends.count > 1 ? position(ends[1], size) : Term(size)
        let cut = isText ? "substring" : "slice"
        // JavaScript is content with ends beyond the text; ours are errors.
        return Term(
            "cel.bind(value, \(base.source), value.\(cut)(math.least(\(from.source), \(to.source)), \(to.source)))",
            isText ? .text : .list)
    }

    private func position(_ end: Term, _ size: String) -> Term {
        if end.source.hasPrefix("-") {
            return Term("math.greatest(0, \(size) \(end.source.replacing("-", with: "- ")))")
        }
        if end.source == "0" { return end }
        return Term("math.least(\(end.source), \(size))")
    }

    // MARK: Lists

    mutating func listMethod(
        _ name: String, _ base: Term, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Term {
        switch (name, arguments.count) {
        case ("slice", 0...2):
            if base.kind == .unknown {
                remark("slice is taken to be one of a text where nothing says otherwise")
            }
            return try part(base, arguments, isText: base.kind != .list)
        case ("first", 0): return Term("\(base.bound(10))[0]")
        case ("last", 0): return Term("\(base.bound(10))[size(\(base.source)) - 1]")
        case ("at", 1):
            let index = try term(arguments[0])
            return index.source.hasPrefix("-")
                ? Term("\(base.bound(10))[size(\(base.source)) \(index.source.replacing("-", with: "- "))]")
                : base.element(index)
        case ("flat", 0): return base.calling("flatten", [], .list)
        case ("sort", 0): return base.calling("sort", [], .list)
        case ("reverse", 0): return base.calling("reverse", [], .list)
        case ("unique", 0), ("removeDuplicates", 0): return base.calling("distinct", [], .list)
        case ("compact", 0): return Term("\(base.bound(10)).filter(each => !(each in [null, \"\"]))", .list)
        case ("concat", 1): return Term("\(base.bound(6)) + \(try term(arguments[0]).bound(7))", .list, power: 6)
        default: throw Untranslatable("the method `\(name)` has no equal")
        }
    }

    // MARK: Everything

    private mutating func anyMethod(
        _ name: String, _ base: Term, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Term? {
        switch (name, arguments.count) {
        case ("includes", 1), ("contains", 1):
            let part = try term(arguments[0])
            switch base.kind {
            case .text: return base.calling("contains", [part], .bool)
            case .list: return Term("\(part.bound(5)) in \(base.bound(5))", .bool, power: 4)
            default:
                return Term(
                    "cel.bind(value, \(base.source), type(value) == list ? \(part.bound(5)) in value : "
                        + "value.contains(\(part.source)))", .bool)
            }
        case ("indexOf", 1), ("lastIndexOf", 1): return base.calling(name, [try term(arguments[0])], .whole)
        case ("join", 0...1):
            let between = arguments.isEmpty ? Term.text(",") : try term(arguments[0])
            return Term("\(base.bound(10)).map(each => string(each)).join(\(between.source))", .text)
        case ("toString", 0): return asText(base)
        case ("toNumber", 0), ("toFloat", 0): return .function("double", [base], .fraction)
        case ("toInt", 0): return .function("int", [base], .whole)
        case ("toBoolean", 0): return Self.truth(of: base)
        case ("toJsonString", 0): return .function("json", [base], .text)
        case ("toFixed", 0...1):
            guard arguments.isEmpty || Int(Self.digits(arguments[0]) ?? "") != nil else { return nil }
            let digits = arguments.isEmpty ? "0" : Self.digits(arguments[0]) ?? "0"
            return Term("\"%.\(digits)f\".format([\(fraction(base).source)])", .text)
        case ("round", 0): return .function("int", [.function("math.round", [fraction(base)])], .whole)
        case ("floor", 0): return .function("int", [.function("math.floor", [fraction(base)])], .whole)
        case ("ceil", 0): return .function("int", [.function("math.ceil", [fraction(base)])], .whole)
        case ("abs", 0): return .function("math.abs", [base], .number)
        case ("isEmpty", 0): return Term("\(base.bound(5)) in [null, \"\", [], {}]", .bool, power: 4)
        case ("isNotEmpty", 0): return Term("!(\(base.bound(5)) in [null, \"\", [], {}])", .bool, power: 9)
        case ("hasOwnProperty", 1), ("hasField", 1):
            return Term("\(try term(arguments[0]).bound(5)) in \(base.bound(5))", .bool, power: 4)
        case ("keys", 0): return Term("\(base.bound(10)).map(key => key)", .list)
        case ("values", 0): return Term("\(base.bound(10)).map(key => \(base.bound(10))[key])", .list)
        case ("pluck", 1):
            guard case .text(let name) = arguments[0] else { return nil }
            return Term("\(base.bound(10)).map(each => \(Term("each").member(name).source))", .list)
        default: return nil
        }
    }

    private static func digits(_ script: ScriptExpression) -> String? {
        if case .number(let digits) = script { digits } else { nil }
    }
}
