/// The members of a JSON object: names are unique, their order is kept.
///
/// Names are compared byte by byte: two spellings of one accented letter are two names. Look-ups take the same time
/// however many members there are; removing a member takes time in proportion to their number.
public struct JSONObject: Sendable {
    /// A name with its value.
    public struct Member: Sendable {
        public var name: String
        public var value: JSON

        public init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    private var members: [Member] = []
    /// Of the members, once they are too many to be searched one by one; empty until then.
    private var index = NameIndex()

    public init() {}

    /// Room for that many members without growing on the way.
    public init(minimumCapacity: Int) {
        members.reserveCapacity(minimumCapacity)
    }

    /// The value of a member. Setting nil removes it; setting an existing one keeps its place.
    public subscript(_ name: String) -> JSON? {
        get { position(of: name).map { members[$0].value } }
        set {
            if let newValue {
                updateValue(newValue, named: name)
            } else {
                removeValue(named: name)
            }
        }
    }

    /// The value that a path of names leads to; nil when one of them is missing, or is of something else than an object.
    package func value(at path: [String]) -> JSON? { value(at: path, from: 0) }

    private func value(at path: [String], from first: Int) -> JSON? {
        guard first < path.count, let position = position(of: path[first]) else { return nil }
        if first + 1 == path.count { return members[position].value }
        guard case .object(let object) = members[position].value else { return nil }
        return object.value(at: path, from: first + 1)
    }

    /// The names in the order of the members.
    public var names: [String] { members.map(\.name) }

    /// Sets a member's value, in its place when it exists, else at the end. Answers what it was before.
    @discardableResult
    public mutating func updateValue(_ value: JSON, named name: String) -> JSON? {
        if let position = position(of: name) {
            let old = members[position].value
            members[position].value = value
            return old
        }
        members.append(Member(name: name, value: value))
        if members.count > NameIndex.threshold { index.append(lastOf: members) }
        return nil
    }

    /// Answers the value it had; nil when there was no such member.
    @discardableResult
    public mutating func removeValue(named name: String) -> JSON? {
        guard let position = position(of: name) else { return nil }
        let old = members.remove(at: position).value
        index = members.count > NameIndex.threshold ? NameIndex(members) : NameIndex()
        return old
    }

    private func position(of name: String) -> Int? {
        if !index.isEmpty { return index.position(of: name, in: members) }
        let length = name.utf8.count
        for position in members.indices
        where members[position].name.utf8.count == length && members[position].name.hasSameBytes(as: name) {
            return position
        }
        return nil
    }
}

extension JSONObject {
    /// Moves names and values out of where the parser has gathered them; of those with the same name the last counts.
    init(moving names: UnsafeMutableBufferPointer<String>, _ values: UnsafeMutableBufferPointer<JSON>) {
        if names.count <= NameIndex.threshold, !names.hasRepeatedName {
            members.reserveCapacity(names.count)
            for position in 0..<names.count {
                members.append(
                    Member(name: names.moveElement(from: position), value: values.moveElement(from: position)))
            }
            return
        }
        members.reserveCapacity(names.count)
        for position in 0..<names.count {
            updateValue(values.moveElement(from: position), named: names.moveElement(from: position))
        }
    }
}

extension JSONObject: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { members.count }
    public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Of members with the same name the last one counts.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(minimumCapacity: elements.count)
        for (name, value) in elements { self[name] = value }
    }
}

extension UnsafeMutableBufferPointer<String> {
    /// Only for few names: each is compared with each.
    fileprivate var hasRepeatedName: Bool {
        for later in indices.dropFirst() {
            for earlier in 0..<later where self[earlier].hasSameBytes(as: self[later]) { return true }
        }
        return false
    }
}
