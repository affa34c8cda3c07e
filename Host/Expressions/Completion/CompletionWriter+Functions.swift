extension CompletionWriter {
    /// The functions whose names begin with a name space, such as `math.`; all of them without one. In front of all of
    /// them macros.
    mutating func writeFunctions(in space: String) {
        for macro in MacroGuide.all where macro.space == space && macro.owner == nil { add(macro.item(next: next)) }
        for name in Library.templates.names(.global) where name.hasPrefix(space) && !name.hasPrefix("@") {
            let overloads = Library.templates.overloads(name, .global)
            let label = String(name.dropFirst(space.count))
            add(function(label, name, overloads, results: overloads.map(\.result)))
        }
    }

    /// What a value can be asked with a dot: the functions that take it first, and macros.
    mutating func writeFunctions(of type: ValueType) {
        for macro in MacroGuide.all where macro.owner?.takes(type) ?? false { add(macro.item(next: next)) }
        if type.hasLength {
            add(CompletionItem("length", .field, type: .int, about: "The number of elements or characters, as size()."))
        }
        for name in Library.templates.names(.receiver) {
            let overloads = Library.templates.overloads(name, .receiver)
            let fitting = overloads.compactMap { overload in overload.result(of: type).map { (overload, $0) } }
            guard !fitting.isEmpty else { continue }
            add(function(name, name, fitting.map(\.0), results: fitting.map(\.1)))
        }
    }

    private func function(
        _ label: String, _ name: String, _ overloads: [Overload], results: [ValueType]
    ) -> CompletionItem {
        var lines: [String] = []
        for line in overloads.map(\.signatureText) where !lines.contains(line) { lines.append(line) }
        let takesNothing = overloads.allSatisfy { $0.parameters.count == ($0.style == .receiver ? 1 : 0) }
        let parentheses = next == UInt8(ascii: "(") ? "" : takesNothing ? "()" : "("
        return CompletionItem(
            label, .function, type: results.allSatisfy { $0 == results[0] } ? results[0] : nil,
            signature: lines.joined(separator: "\n"), about: FunctionGuide.about[name], insert: label + parentheses)
    }
}

extension Overload {
    /// `string.charAt(int) → string`
    fileprivate var signatureText: String {
        var types = parameters.map(\.title)
        if isVariadic { types[types.count - 1] += ", …" }
        let isReceiver = style == .receiver
        let call = "\(name)(\(types.dropFirst(isReceiver ? 1 : 0).joined(separator: ", ")))"
        return (isReceiver ? "\(types[0])." : "") + "\(call) → \(result.title)"
    }

    /// What it gives when its first value is of that type; nil when it does not take that.
    fileprivate func result(of type: ValueType) -> ValueType? {
        guard let first = parameters.first else { return nil }
        var unification = Unification()
        let found = unification.result(of: Signature([first], result), for: [type])
        return found.map { unification.resolved($0, unknownIsDyn: true) }
    }
}

extension ValueType {
    fileprivate var hasLength: Bool {
        switch self {
        case .list, .string, .bytes, .dyn: true
        case .wrapper(let inner): inner.hasLength
        default: false
        }
    }
}
