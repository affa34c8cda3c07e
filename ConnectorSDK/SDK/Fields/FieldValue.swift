public import PatchbayJSON

/// A type that a field may have: text, numbers, truth values, `JSON`, `Bytes`, choices (`FieldChoice`), arrays,
/// dictionaries and optionals of these, and objects (`Fields`).
public protocol FieldValue: Sendable {
    /// JSON Schema 2020-12.
    static var schema: JSON { get }
    /// The value of an absent member that has no default; nil when the member is required.
    static var whenAbsent: Self? { get }
    /// Reads a value; nil stands for an absent member.
    static func read(_ json: JSON?) throws(FieldProblems) -> Self
    /// The value as JSON; nil to leave the member out.
    var json: JSON? { get }
}

extension FieldValue {
    public static var whenAbsent: Self? { nil }
}

/// Everything that is wrong with a value, each with where it is.
public struct FieldProblems: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Problem: Sendable, Equatable {
        /// JSON pointer (RFC 6901) from the value that was read.
        public var pointer: String
        /// What is wrong, to stand after the pointer: "is a string, needs an integer".
        public var message: String
    }

    public var problems: [Problem]

    /// One problem with the value itself, for field types of your own: `FieldProblems("is -1, needs a positive number")`.
    public init(_ message: String) { problems = [Problem(pointer: "", message: message)] }
    init(_ problems: [Problem]) { self.problems = problems }

    /// The same, seen from the value that holds this one as `member`.
    func inside(_ member: String) -> FieldProblems {
        let token = "/" + member.replacing("~", with: "~0").replacing("/", with: "~1")
        return FieldProblems(problems.map { Problem(pointer: token + $0.pointer, message: $0.message) })
    }

    /// At most five of them, in one line.
    public var description: String {
        let shown = problems.prefix(5).map { "`\($0.pointer.isEmpty ? "/" : $0.pointer)` \($0.message)" }
        let rest = problems.count - shown.count
        return shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
    }
}
