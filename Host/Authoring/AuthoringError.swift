/// What an author has to change or do, in sentences.
package struct AuthoringError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
