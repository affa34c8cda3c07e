package import PatchbayJSON

/// A map, as it came from JSON or as an expression made it.
package enum MapValue: Sendable {
    case json(JSONObject)
    case entries(MapEntries)

    package var count: Int {
        switch self {
        case .json(let object): object.count
        case .entries(let entries): entries.keys.count
        }
    }

    /// In the order they were put in.
    package var keys: [MapKey] {
        switch self {
        case .json(let object): object.map { .string($0.name) }
        case .entries(let entries): entries.keys
        }
    }

    /// The value of a string key.
    package subscript(name: String) -> Value? {
        switch self {
        case .json(let object): object[name].map(Value.init)
        case .entries(let entries): entries[.string(name)]
        }
    }

    package func has(_ name: String) -> Bool {
        switch self {
        case .json(let object): object[name] != nil
        case .entries(let entries): entries[.string(name)] != nil
        }
    }

    /// Names of keys, as messages show them; at most so many.
    func firstNames(_ count: Int) -> [String] {
        switch self {
        case .json(let object): object.prefix(count).map(\.name)
        case .entries(let entries): entries.keys.prefix(count).map(\.name)
        }
    }

    package subscript(key: MapKey) -> Value? {
        switch self {
        case .json(let object):
            guard case .string(let name) = key else { return nil }
            return object[name].map(Value.init)
        case .entries(let entries): return entries[key]
        }
    }
}

/// The entries of a map that an expression made. A class, so that a `Value` stays small; it never changes.
package final class MapEntries: Sendable {
    package let keys: [MapKey]
    /// In the order of the keys.
    package let values: [Value]
    private let positions: [MapKey: Int]

    /// Of equal keys the last counts.
    package convenience init(_ entries: [(key: MapKey, value: Value)]) {
        var builder = Builder(minimumCapacity: entries.count)
        for (key, value) in entries { builder.set(value, for: key) }
        self.init(builder)
    }

    init(_ builder: Builder) {
        keys = builder.keys
        values = builder.values
        positions = builder.positions
    }

    package subscript(key: MapKey) -> Value? { positions[key].map { values[$0] } }

    /// Gathers entries before they become a map.
    package struct Builder {
        fileprivate private(set) var keys: [MapKey] = []
        fileprivate private(set) var values: [Value] = []
        fileprivate private(set) var positions: [MapKey: Int] = [:]

        package init(minimumCapacity: Int = 0) {
            keys.reserveCapacity(minimumCapacity)
            values.reserveCapacity(minimumCapacity)
            positions.reserveCapacity(minimumCapacity)
        }

        /// False, and nothing done, when the key is there already.
        package mutating func insert(_ value: Value, for key: MapKey) -> Bool {
            guard positions.updateValue(keys.count, forKey: key) == nil else { return false }
            keys.append(key)
            values.append(value)
            return true
        }

        package mutating func set(_ value: Value, for key: MapKey) {
            if let position = positions[key] {
                values[position] = value
            } else {
                _ = insert(value, for: key)
            }
        }

        package var map: Value { .map(.entries(MapEntries(self))) }
    }
}
