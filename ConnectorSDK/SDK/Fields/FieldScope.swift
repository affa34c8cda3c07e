import PatchbayJSON
import Synchronization

/// What making a `Fields` value means just now.
///
/// The compiler's `init()` of a struct evaluates its `@Field(…)`s in the order of declaration. Inside a scope each of them
/// either declares itself or takes the next member of the object that is read. That gives typed values, schemas and
/// documentation from one declaration, without macros and without reflection at run time.
enum FieldScope: Sendable {
    case describing(FieldDeclarations)
    case reading(FieldReader)

    @TaskLocal static var current: FieldScope?
}

/// What a `@Field` says of itself.
struct FieldDeclaration: Sendable {
    var name: String?
    var about: String
    var rules: [FieldRule]
    var schema: JSON
    var fallback: JSON?
    var isRequired: Bool
    var example: JSON?
}

/// Gathers the declarations of one type.
final class FieldDeclarations: Sendable {
    private let gathered = Mutex<[FieldDeclaration]>([])

    func add(_ declaration: FieldDeclaration) { gathered.withLock { $0.append(declaration) } }

    var all: [FieldDeclaration] { gathered.withLock { $0 } }
}

/// Hands the members of one object to the fields of one type, in the order of their declaration.
final class FieldReader: Sendable {
    private struct State {
        var index = 0
        var problems: [FieldProblems.Problem] = []
    }

    private let object: JSONObject
    private let names: [String]
    private let state = Mutex(State())

    init(object: JSONObject, names: [String]) {
        self.object = object
        self.names = names
    }

    /// The value of the next field; nil after a problem, which `finish` throws.
    func next<Value: FieldValue>(rules: [FieldRule], fallback: () -> Value?) -> Value? {
        let index = state.withLock { state in
            defer { state.index += 1 }
            return state.index
        }
        let name = names[index]
        let member = object[name]
        if member == nil, let value = fallback() ?? Value.whenAbsent { return value }
        do throws(FieldProblems) {
            let value = try Value.read(member)
            for rule in rules {
                if let member, let breach = rule.breach(by: member) { throw FieldProblems(breach) }
            }
            return value
        } catch {
            state.withLock { $0.problems += error.inside(name).problems }
            return nil
        }
    }

    /// Throws what was wrong, members that no field has included.
    func finish(known: [String]) throws(FieldProblems) {
        var problems = state.withLock { $0.problems }
        for member in object where !known.contains(member.name) {
            problems +=
                FieldProblems("is unknown; known are \(known.joined(separator: ", "))").inside(member.name).problems
        }
        guard problems.isEmpty else { throw FieldProblems(problems) }
    }
}

extension FieldRule {
    /// How a value breaks the rule; nil when it keeps it, or the rule does not concern it.
    func breach(by value: JSON) -> String? {
        switch (self, value) {
        case (.range(let range), .int), (.range(let range), .uint), (.range(let range), .double):
            guard let number = value.double else { return nil }
            let isInside = number >= Double(range.lowerBound) && number <= Double(range.upperBound)
            return isInside ? nil : "is \(value.text), needs \(range.lowerBound) to \(range.upperBound)"
        case (.length(let range), .string(let text)):
            let length = text.unicodeScalars.count
            return range.contains(length) ? nil : "has \(length) characters, needs \(range.bounds)"
        case (.length(let range), .array(let elements)):
            return range.contains(elements.count) ? nil : "has \(elements.count) elements, needs \(range.bounds)"
        default:
            return nil
        }
    }
}

extension ClosedRange<Int> {
    /// `1 to 100`, or `at least 1` when there is no upper end.
    fileprivate var bounds: String {
        upperBound == .max ? "at least \(lowerBound)" : "\(lowerBound) to \(upperBound)"
    }
}
