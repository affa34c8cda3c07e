/// What the names of an expression mean that are neither a macro's names nor constants of the library: asked by the
/// compiler while it resolves them.
protocol Vocabulary {
    /// The meaning of the longest beginning of the path that has one; nil when there is none.
    mutating func meaning(of path: NamePath) -> NameMeaning?

    /// What to say about a name that nothing has.
    func unknown(_ path: NamePath) -> Fault
}

/// A name with the members behind it, as far as they are written out: `a.b["c"].d`.
struct NamePath {
    struct Part {
        var name: String
        /// Where the name stands, in bytes of the text.
        var offset: Int
        /// Written in brackets, `["c"]`: then it is no part of a qualified name.
        var isIndex: Bool
    }

    /// Not empty; the first is a name.
    var parts: [Part]
    /// `.a`: looked up past the container.
    var isAbsolute: Bool
    /// Where an index stands that is computed in the run, when that is what follows the last part.
    var computedIndex: Int?
    /// `has(a.b)`: asked is only whether there is such a thing, so that a name that may be missing is no error.
    var isTested = false
}

/// What a path means.
struct NameMeaning {
    enum Meaning {
        /// A variable: a number of the vocabulary's own, by which it gives the value to the evaluation; `missing` is the
        /// error when there is none, `title` what messages call it when not by its name as written.
        case variable(Int, missing: Absence, title: String? = nil)
        case value(Value)
        /// There is no such thing; the fault says so.
        case failure(Fault)
    }

    var meaning: Meaning
    /// So many parts of the path have this meaning; those behind are members of it.
    var count: Int

    init(_ meaning: Meaning, count: Int) {
        self.meaning = meaning
        self.count = count
    }
}

/// What is said when a run has no value for a variable: put into words when that happens, for it seldom does.
struct Absence: Sendable {
    /// What is missing, as `words` take it.
    let name: String
    let offset: Int
    let words: @Sendable (_ name: String) -> (message: String, hint: String?)

    init(
        _ name: String, at offset: Int, words: @escaping @Sendable (_ name: String) -> (message: String, hint: String?)
    ) {
        self.name = name
        self.offset = offset
        self.words = words
    }

    var fault: Fault {
        let (message, hint) = words(name)
        return Fault(.missing, message, hint: hint, at: offset)
    }
}
