/// The place of a value inside another (RFC 6901): the names and positions on the way to it, `/items/0/name`.
public struct JSONPointer: Hashable, Sendable {
    /// Member names and array positions from the outermost value inwards, without the escapes of the text.
    public var tokens: [String]

    /// The place of the whole value when there are no tokens.
    public init(tokens: [String] = []) {
        self.tokens = tokens
    }

    /// Reads the text form: empty, or a slash before each token, in which `~1` stands for a slash and `~0` for a tilde.
    /// Nil when it begins with something else, or when another character or nothing follows a tilde.
    public init?(_ text: String) {
        tokens = []
        guard let first = text.utf8.first else { return }
        guard first == UInt8(ascii: "/") else { return nil }
        var token: [UInt8] = []
        var isEscape = false
        for byte in text.utf8.dropFirst() {
            switch byte {
            case UInt8(ascii: "0") where isEscape: token.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1") where isEscape: token.append(UInt8(ascii: "/"))
            case _ where isEscape: return nil
            case UInt8(ascii: "/"):
                tokens.append(String(decoding: token, as: UTF8.self))
                token.removeAll(keepingCapacity: true)
            case UInt8(ascii: "~"): break
            default: token.append(byte)
            }
            isEscape = !isEscape && byte == UInt8(ascii: "~")
        }
        if isEscape { return nil }
        tokens.append(String(decoding: token, as: UTF8.self))
    }

    /// The place of a member of the object that stands here.
    public func appending(_ token: String) -> JSONPointer {
        JSONPointer(tokens: tokens + [token])
    }

    /// The place of an element of the array that stands here; 0 for the first.
    public func appending(_ index: Int) -> JSONPointer {
        appending(String(index))
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The text form; empty for the whole value.
    public var description: String {
        var text: [UInt8] = []
        for token in tokens {
            text.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): text += [UInt8(ascii: "~"), UInt8(ascii: "0")]
                case UInt8(ascii: "/"): text += [UInt8(ascii: "~"), UInt8(ascii: "1")]
                default: text.append(byte)
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension JSON {
    /// The value that stands there; nil when there is none. Positions in arrays are decimal, without leading zeros.
    public func value(at pointer: JSONPointer) -> JSON? {
        var value = self
        for token in pointer.tokens {
            let inner: JSON?
            switch value {
            case .object(let object): inner = object[token]
            case .array(let array):
                guard let index = Int(token), String(index) == token, array.indices.contains(index) else { return nil }
                inner = array[index]
            default: inner = nil
            }
            guard let inner else { return nil }
            value = inner
        }
        return value
    }
}
