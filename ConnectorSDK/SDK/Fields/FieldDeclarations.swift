import PatchbayJSON

/// What a `@Field` says of itself.
struct FieldDeclaration: Sendable {
    var name: String?
    var about: String
    var rules: [FieldRule]
    var schema: JSON
    var fallback: JSON?
    var isRequired: Bool
    var example: JSON?
    var place: FieldPlace
}

/// Gathers the declarations of one type.
final class FieldDeclarations: FieldScope {
    private(set) var all: [FieldDeclaration] = []

    init() { super.init(isReading: false) }

    func add(_ declaration: FieldDeclaration) { all.append(declaration) }
}
