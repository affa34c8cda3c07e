import PatchbayCore

/// Variables that are declared by name: the longest beginning of a path that is one, in the container first.
struct VariableVocabulary: Vocabulary {
    private let declared: [String: ValueType]
    private let container: Container
    /// Those that are read, by their numbers.
    private(set) var names: [String] = []

    init(_ options: CEL.Options) {
        declared = options.variables
        container = Container(options.container)
    }

    mutating func meaning(of path: NamePath) -> NameMeaning? {
        var count = path.parts.firstIndex(where: \.isIndex) ?? path.parts.count
        while count > 0 {
            let name = path.parts[..<count].map(\.name).joined(separator: ".")
            let found = container.first(name, isAbsolute: path.isAbsolute) { declared[$0] == nil ? nil : $0 }
            if let found { return variable(found, count, at: path.parts[0].offset) }
            count -= 1
        }
        return nil
    }

    private mutating func variable(_ name: String, _ count: Int, at offset: Int) -> NameMeaning {
        let number = names.firstIndex(of: name) ?? names.count
        if number == names.count { names.append(name) }
        let missing = Absence(name, at: offset) { ("the variable \($0.quoted) has no value", nil) }
        return NameMeaning(.variable(number, missing: missing), count: count)
    }

    func unknown(_ path: NamePath) -> Fault {
        let name = path.parts[0].name
        return Fault(
            .unknownName, "unknown name \(name.quoted)",
            hint: Suggestion.hint(for: name, among: declared.keys.sorted(), known: "names are"),
            at: path.parts[0].offset)
    }
}
