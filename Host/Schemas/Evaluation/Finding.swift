/// A violation with what helps to choose between alternatives.
struct Finding {
    enum Reason: Equatable {
        /// The value is of another type than these.
        case type(ValueKinds)
        /// The value is not the one, or one of those, that the schema names.
        case choice
        case other
    }

    var violation: SchemaViolation
    var reason: Reason
    /// Steps from the outermost value.
    var depth: Int
}
