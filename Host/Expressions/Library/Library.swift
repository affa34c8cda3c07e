/// The functions and constants that expressions may name. Calls are resolved to overloads when an expression is
/// compiled; no name is looked up in a run.
///
/// A file of this folder holds the functions of one subject as a static list of overloads, `Library.<subject>`, which
/// `standard` adds. Operators (`+`, `==`, `in`, `[]`, `&&`, `?:`) are no functions: the checker knows their types, and
/// the evaluator what they do.
struct Library: Sendable {
    private var globals: [String: [Overload]] = [:]
    private var receivers: [String: [Overload]] = [:]
    /// Values that have names, such as the types: `int`, `google.protobuf.Timestamp`.
    private(set) var constants: [String: Value] = [:]

    /// CEL's standard functions and the extensions.
    static let standard = Library(
        [
            Library.sizes, Library.conversions, Library.strings, Library.stringFunctions, Library.formats,
            Library.regexes, Library.timeFunctions, Library.math, Library.lists, Library.sets, Library.encoders,
            Library.networks, Library.optionals, Library.world, Library.payloads, Library.timeFormats,
        ], constants: [Library.types, Library.networkTypes])

    init(_ overloads: [[Overload]], constants: [[String: Value]] = []) {
        for overload in overloads.joined() { add(overload) }
        for (name, value) in constants.joined() { self.constants[name] = value }
    }

    /// Adds an overload; one with the same id is replaced.
    mutating func add(_ overload: Overload) {
        switch overload.style {
        case .global: Self.add(overload, to: &globals[overload.name, default: []])
        case .receiver: Self.add(overload, to: &receivers[overload.name, default: []])
        }
    }

    private static func add(_ overload: Overload, to overloads: inout [Overload]) {
        if let old = overloads.firstIndex(where: { $0.id == overload.id }) {
            overloads[old] = overload
        } else {
            overloads.append(overload)
        }
    }

    /// Empty when there is no such function.
    func overloads(_ name: String, _ style: Overload.Style) -> [Overload] {
        switch style {
        case .global: globals[name] ?? []
        case .receiver: receivers[name] ?? []
        }
    }

    /// The names of all functions of a style, in order.
    func names(_ style: Overload.Style) -> [String] {
        switch style {
        case .global: globals.keys.sorted()
        case .receiver: receivers.keys.sorted()
        }
    }
}
