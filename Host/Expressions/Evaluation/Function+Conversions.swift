import PatchbayCore
import PatchbayJSON

extension Function {
    /// Characters (Unicode code points) of a string, elements of a list, entries of a map.
    static let size = Function(name: "size", style: .either, arity: 1) { arguments, budget, offset throws(Fault) in
        switch arguments[0] {
        case .string(let text):
            try budget.take(bytes: text.utf8.count, at: offset)
            return .int(Int64(text.unicodeScalars.count))
        case .list(let list): return .int(Int64(list.count))
        case .map(let map): return .int(Int64(map.count))
        default: throw mismatch("size", arguments, hint: "it takes a string, a list or a map", at: offset)
        }
    }

    static let string = Function(name: "string", style: .global, arity: 1) { arguments, _, offset throws(Fault) in
        guard let text = arguments[0].scalarText else {
            throw mismatch(
                "string", arguments, hint: "{{ … }} inside other text writes lists and maps as JSON", at: offset)
        }
        return .string(text)
    }

    /// Doubles lose their fraction; texts hold a decimal number.
    static let int = Function(name: "int", style: .global, arity: 1) { arguments, _, offset throws(Fault) in
        switch arguments[0] {
        case .int: return arguments[0]
        case .uint(let number):
            if let number = Int64(exactly: number) { return .int(number) }
            throw Fault(.value, "\(number) does not fit an int", at: offset)
        case .double(let number):
            // The least int is out of range too, as CEL's conformance tests have it: doubles near it are not exact.
            if let whole = Int64(exactly: number.rounded(.towardZero)), whole != .min { return .int(whole) }
            throw Fault(.value, "\(number) does not fit an int", at: offset)
        case .string(let text):
            if !text.hasPrefix("+"), let number = Int64(text) { return .int(number) }
            throw Fault(.value, "\(text.quoted) is no whole number that fits an int", at: offset)
        default: throw mismatch("int", arguments, hint: "it takes a number or a string", at: offset)
        }
    }

    static let double = Function(name: "double", style: .global, arity: 1) { arguments, _, offset throws(Fault) in
        switch arguments[0] {
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .double: return arguments[0]
        case .string(let text):
            if text.utf8.count <= 1_000, let number = Double(text) { return .double(number) }
            throw Fault(.value, "\(text.quoted) is no number", at: offset)
        default: throw mismatch("double", arguments, hint: "it takes a number or a string", at: offset)
        }
    }
}
