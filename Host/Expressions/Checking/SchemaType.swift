package import PatchbayJSON
import Synchronization

/// The type that a schema promises, worked out when somebody asks for it: of all the actions in a workflow few are read, and
/// schemas of large services have thousands of members.
package final class SchemaType: Sendable {
    private let schema: JSON
    private let origin: String
    private let known = Mutex<ValueType?>(nil)

    /// - Parameter origin: what the values are, for messages: `the output of "get_user"`.
    package init(schema: JSON, origin: String) {
        self.schema = schema
        self.origin = origin
    }

    package init(_ type: ValueType) {
        (schema, origin) = (true, "")
        known.withLock { $0 = type }
    }

    package var type: ValueType {
        known.withLock { known in
            if let known { return known }
            let type = SchemaTypes.type(of: schema, origin: origin)
            known = type
            return type
        }
    }
}
