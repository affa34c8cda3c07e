package import PatchbayJSON
import Synchronization

/// The type of a step's output, worked out when somebody asks for it: of all the steps in a workflow few are read, and
/// schemas of large services have thousands of members.
package final class SchemaType: Sendable {
    private enum State {
        case known(ValueType)
        case open(@Sendable () -> ValueType)
    }

    private let state: Mutex<State>

    /// - Parameter type: is asked for once at most.
    package init(_ type: @escaping @Sendable () -> ValueType) { state = Mutex(.open(type)) }

    /// - Parameter origin: what the values are, for messages: `the output of "get_user"`.
    package convenience init(schema: JSON, origin: String) {
        self.init { SchemaTypes.type(of: schema, origin: origin) }
    }

    package init(_ type: ValueType) { state = Mutex(.known(type)) }

    package var type: ValueType {
        state.withLock { state in
            switch state {
            case .known(let type): return type
            case .open(let make):
                let type = make()
                state = .known(type)
                return type
            }
        }
    }
}
