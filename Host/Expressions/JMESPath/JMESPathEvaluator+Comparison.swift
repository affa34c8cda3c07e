import PatchbayJSON

/// Values that an expression has built may share parts, so that what is small in memory is huge when it is walked
/// through. Whatever walks through whole values therefore counts its steps, and needs no stack.
extension JMESPathEvaluator {
    mutating func areEqual(_ left: JSON, _ right: JSON) throws(JMESPathError) -> Bool {
        var pairs = [(left, right)]
        while let (left, right) = pairs.popLast() {
            try spend(1)
            switch (left, right) {
            case (.array(let a), .array(let b)):
                guard a.count == b.count else { return false }
                try spend(a.count / 8)
                for pair in zip(a, b) { pairs.append(pair) }
            case (.object(let a), .object(let b)):
                guard a.count == b.count else { return false }
                for member in a {
                    guard let other = b[member.name] else { return false }
                    pairs.append((member.value, other))
                }
            case (.string(let a), .string(let b)):
                guard a.utf8.count == b.utf8.count else { return false }
                try spend(a.utf8.count / 64)
                guard left == right else { return false }
            default: guard left == right else { return false }
            }
        }
        return true
    }

    /// Refuses a value that would be too large as text, or too deep.
    mutating func measure(_ value: JSON) throws(JMESPathError) {
        var bytes = 0
        var open = [[value][...]]
        while let value = open[open.count - 1].popFirst() {
            switch value {
            case .string(let text): bytes += text.utf8.count + 3
            case .array(let elements):
                bytes += 3
                try spend(1 + elements.count / 8)
                open.append(elements[...])
            case .object(let members):
                bytes += 3
                try spend(1 + members.count / 8)
                for member in members { bytes += member.name.utf8.count + 3 }
                open.append(members.map(\.value)[...])
            default: bytes += 2
            }
            guard bytes <= limits.result else {
                throw limit("the result has more than \(limits.result) bytes, which is the limit")
            }
            guard open.count - 1 <= limits.depth else {
                throw limit("the result is nested more than \(limits.depth) deep, which is the limit")
            }
            while open.count > 1, open[open.count - 1].isEmpty { open.removeLast() }
        }
    }

    func limit(_ message: String, at offset: Int = 0) -> JMESPathError {
        JMESPathError(code: .limit, message: message, offset: offset)
    }
}

extension JSON {
    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }

    /// Of two numbers, or of two strings by their code points; false for anything else.
    func isLess(than other: JSON) -> Bool {
        switch (self, other) {
        case (.int(let a), .int(let b)): a < b
        case (.uint(let a), .uint(let b)): a < b
        case (.int, .uint): true
        case (.uint, .int): false
        // UTF-8 sorts as code points do.
        case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        default: (double ?? .nan) < (other.double ?? .nan)
        }
    }
}
