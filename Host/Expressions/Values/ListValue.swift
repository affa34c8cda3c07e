package import PatchbayJSON

/// A list, as it came from JSON or as an expression made it.
package enum ListValue: Sendable {
    case json([JSON])
    case values([Value])

    package var count: Int {
        switch self {
        case .json(let elements): elements.count
        case .values(let elements): elements.count
        }
    }

    package subscript(index: Int) -> Value {
        switch self {
        case .json(let elements): Value(elements[index])
        case .values(let elements): elements[index]
        }
    }

    /// All elements; copies when the list came from JSON.
    package var elements: [Value] {
        switch self {
        case .json(let elements): elements.map(Value.init)
        case .values(let elements): elements
        }
    }
}
