package import PatchbayJSON
import Yams

/// Reads YAML 1.2 as the JSON it means: its own words for true, false and null only, so that `no` stays a word.
package enum YAMLReading {
    /// Values a text may unfold to: an alias can stand for a large value many times.
    private static let most = 4_000_000
    private static let deepest = 200

    /// JSON is YAML too, and is read as such first. Throws what is wrong, with line and column.
    package static func read(_ bytes: [UInt8], name: String) throws(AuthoringError) -> JSON {
        if let first = bytes.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") {
            do throws(JSONError) {
                return try JSON(parsing: bytes)
            } catch {
                // A YAML text may begin with a brace as well.
                if name.hasSuffix(".json") { throw AuthoringError("\(name) is no JSON: \(error)") }
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AuthoringError("\(name) is no UTF-8 text.")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw AuthoringError("\(name) is no YAML: \(error)")
        }
        guard let root else { throw AuthoringError("\(name) is empty.") }
        var left = most
        return try json(of: root, depth: 0, &left, name)
    }

    private static func json(
        of node: Node, depth: Int, _ left: inout Int, _ name: String
    ) throws(AuthoringError) -> JSON {
        left -= 1
        guard left > 0, depth < deepest else {
            throw AuthoringError("\(name) unfolds to more than \(most) values, or is nested deeper than \(deepest).")
        }
        switch node {
        case .scalar(let scalar):
            return scalar.style == .plain || scalar.style == .any ? plain(scalar.string) : .string(scalar.string)
        case .sequence(let sequence):
            var array: [JSON] = []
            for element in sequence { array.append(try json(of: element, depth: depth + 1, &left, name)) }
            return .array(array)
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping {
                guard let word = key.scalar?.string else {
                    let line = key.mark.map { " (line \($0.line))" } ?? ""
                    throw AuthoringError("\(name) has a key that is no text\(line).")
                }
                object[word] = try json(of: value, depth: depth + 1, &left, name)
            }
            return .object(object)
        case .alias:
            throw AuthoringError("\(name) refers to an anchor that is not there.")
        }
    }

    /// The core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), as far as JSON has the numbers.
    private static func plain(_ text: String) -> JSON {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: break
        }
        let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first),
            let number = try? JSON(parsing: String(digits)), number.double != nil
        else { return .string(text) }
        return number
    }
}
