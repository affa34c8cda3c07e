/// A connector's action by id and exact version: `slack@1.0.0/send_message`.
package struct OperationReference: Hashable, Sendable, CustomStringConvertible {
    package var connector: String
    package var version: Version
    package var operation: String

    package init(connector: String, version: Version, operation: String) {
        self.connector = connector
        self.version = version
        self.operation = operation
    }

    package var description: String { "\(connector)@\(version)/\(operation)" }
}
