package import PatchbayCore

/// Everything that is wrong with a credential somebody wants to add; pointers lead into the request
/// (`/name`, `/fields/token`, `/hosts/0`).
package struct CredentialProblems: Error, Sendable, Equatable, CustomStringConvertible {
    package var problems: [Problem]

    package init(problems: [Problem]) { self.problems = problems }

    package var description: String {
        problems.map { "\($0.pointer): \($0.message)" + ($0.hint.map { " \($0)" } ?? "") }.joined(separator: "\n")
    }
}
