package import PatchbayJSON

/// Why a document is no schema that values can be held against.
package struct SchemaError: Error, Equatable, Sendable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable {
        /// The URI of the document it is in; nil for the schema's own.
        package var document: String?
        /// Where it is in the document.
        package var place: JSONPointer
        /// What is there and what is needed.
        package var message: String

        package init(document: String? = nil, place: JSONPointer, message: String) {
            self.document = document
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
        problems.map { problem in
            let pointer = problem.place.description
            let place = problem.document.map { "\($0)#\(pointer)" } ?? pointer
            return "\(place.isEmpty ? "the schema" : place): \(problem.message)"
        }
        .joined(separator: "; ")
    }
}
