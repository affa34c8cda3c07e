package import PatchbayJSON

/// Why a document is no schema that values can be held against.
package struct SchemaError: Error, Equatable, Sendable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable {
        /// Where it is in the schema's document.
        package var place: JSONPointer
        /// What is there and what is needed.
        package var message: String

        package init(place: JSONPointer, message: String) {
            self.place = place
            self.message = message
        }
    }

    /// At least one.
    package var problems: [Problem]

    package init(problems: [Problem]) {
        self.problems = problems
    }

    package var description: String {
        problems.map { "\($0.place.tokens.isEmpty ? "the schema" : $0.place.description): \($0.message)" }
            .joined(separator: "; ")
    }
}
