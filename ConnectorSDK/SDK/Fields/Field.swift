public import PatchbayJSON

/// A member of a `Fields` object: what it is for, what it may hold, and its value.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable {
    @usableFromInline var value: Value?

    /// - Parameters:
    ///   - about: One or two sentences for the person who fills it in. Markdown.
    ///   - rules: What the value must keep beside its type.
    ///   - name: The member's name, when it is not the property's in snake case.
    ///   - default: The value when the member is absent.
    ///   - example: A value to show.
    @inlinable
    public init(
        _ about: String, _ rules: FieldRule..., name: String? = nil,
        default fallback: @autoclosure () -> Value? = nil, example: @autoclosure () -> JSON? = nil
    ) {
        guard let scope = FieldScope.current else {
            value = fallback() ?? Value.whenAbsent
            return
        }
        if let reader = scope.reader {
            value = reader.next(rules: rules, fallback: fallback)
            return
        }
        value = FieldScope.with(nil, fallback) ?? Value.whenAbsent
        let shown = FieldScope.with(nil) { (fallback()?.json, example()) }
        Self.declare(
            in: scope, about, rules, name: name, fallback: shown.0, isRequired: value == nil, example: shown.1,
            // Made here, where the compiler knows the type: reading need not find out what it is then.
            FieldPlace(of: Self.self))
    }

    @usableFromInline
    static func declare(
        in scope: FieldScope, _ about: String, _ rules: [FieldRule], name: String?, fallback: JSON?, isRequired: Bool,
        example: JSON?, _ place: FieldPlace
    ) {
        (scope as? FieldDeclarations)?.add(
            FieldDeclaration(
                name: name, about: about, rules: rules, schema: Value.schema, fallback: fallback,
                isRequired: isRequired, example: example, place: place))
    }

    @inlinable
    public var wrappedValue: Value {
        get {
            guard let value else { preconditionFailure("a required field of \(Value.self) was never set") }
            return value
        }
        set { value = newValue }
    }
}

/// What a `Field` is whatever its value's type.
protocol DeclaredField {}

extension Field: DeclaredField {}

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
