/// The name space that an expression stands in: in `a.b`, the name `x` may mean `a.b.x`, `a.x` or `x`, in this order
/// (https://github.com/google/cel-spec/blob/master/doc/langdef.md#name-resolution).
struct Container: Sendable {
    /// What is put before a name, the longest first; the last is empty.
    private let prefixes: [String]

    static let root = Container("")

    init(_ name: String) {
        var prefixes: [String] = []
        var parts = name.split(separator: ".")
        while !parts.isEmpty {
            prefixes.append(parts.joined(separator: ".") + ".")
            parts.removeLast()
        }
        self.prefixes = prefixes + [""]
    }

    /// What a name may mean, in the order of the attempts. An absolute name means itself.
    func candidates(_ name: String, isAbsolute: Bool = false) -> [String] {
        isAbsolute || prefixes.count == 1 ? [name] : prefixes.map { $0 + name }
    }

    /// The first meaning that is one.
    func first<Meaning>(_ name: String, isAbsolute: Bool = false, _ meaning: (String) -> Meaning?) -> Meaning? {
        if isAbsolute || prefixes.count == 1 { return meaning(name) }
        for prefix in prefixes {
            if let found = meaning(prefix + name) { return found }
        }
        return nil
    }
}
