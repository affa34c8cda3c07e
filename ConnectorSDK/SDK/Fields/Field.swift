public import PatchbayJSON

/// A member of a `Fields` object: what it is for, what it may hold, and its value.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable {
    private var value: Value?

    /// - Parameters:
    ///   - about: One or two sentences for the person who fills it in. Markdown.
    ///   - rules: What the value must keep beside its type.
    ///   - name: The member's name, when it is not the property's in snake case.
    ///   - default: The value when the member is absent.
    ///   - example: A value to show.
    public init(
        _ about: String, _ rules: FieldRule..., name: String? = nil,
        default fallback: @autoclosure () -> Value? = nil, example: @autoclosure () -> JSON? = nil
    ) {
        let scope = FieldScope.current
        // A default may be a Fields value itself, whose fields are no members of what is read here.
        if case .reading(let reader) = scope {
            value = reader.next(rules: rules) { FieldScope.$current.withValue(nil, operation: fallback) }
            return
        }
        let fallback = FieldScope.$current.withValue(nil, operation: fallback)
        value = fallback ?? Value.whenAbsent
        if case .describing(let declarations) = scope {
            declarations.add(
                FieldDeclaration(
                    name: name, about: about, rules: rules, schema: Value.schema, fallback: fallback?.json,
                    isRequired: value == nil, example: example()))
        }
    }

    public var wrappedValue: Value {
        get {
            guard let value else { preconditionFailure("a required field of \(Value.self) was never set") }
            return value
        }
        set { value = newValue }
    }
}

/// What a `Field` is whatever its value's type.
protocol DeclaredField: Sendable {
    /// The value; nil when the member is left out.
    var json: JSON? { get }
}

extension Field: DeclaredField {
    var json: JSON? { value?.json }
}

/// What a value must keep beside its type.
public enum FieldRule: Sendable, Equatable {
    /// Whole and other numbers, both ends included.
    case range(ClosedRange<Int>)
    /// Characters of a text (Unicode scalars), elements of an array.
    case length(ClosedRange<Int>)
    /// A JSON Schema format, such as `uri`, `email`, `date-time`; told to people, not checked.
    case format(String)
    /// Text of several lines; a hint for forms.
    case multiline
}
