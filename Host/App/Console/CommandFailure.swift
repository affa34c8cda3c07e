/// Ends a command with a message that says what to do. Printed by the argument parser as `Error: …`, exit status 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
