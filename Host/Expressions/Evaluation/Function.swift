import PatchbayCore
import PatchbayJSON

/// A function that expressions can call. The first argument of a method is what stands before the dot.
struct Function: Sendable {
    let name: String
    /// How it may be called: `name(x)`, `x.name()`, or both.
    let style: Style
    /// With what stands before the dot.
    let arity: Int
    let apply: @Sendable ([Value], inout Budget, _ offset: Int) throws(Fault) -> Value

    enum Style { case global, method, either }

    /// Every function there is; a new one is one more entry.
    static let all: [Function] = [size, string, int, double, contains, startsWith, endsWith]

    static func named(_ name: String, asMethod: Bool) -> Function? {
        all.first { $0.name == name && ($0.style == .either || $0.style == (asMethod ? .method : .global)) }
    }

    static func mismatch(_ name: String, _ values: [Value], hint: String, at offset: Int) -> Fault {
        let types = values.map(\.article).joined(separator: " and ")
        return Fault(.type, "\(name) does not take \(types)", hint: hint, at: offset)
    }
}
