import ConnectorSDK
import PatchbayJSON

/// The one character between fields.
struct Delimiter: FieldValue, Equatable {
    var byte: UInt8

    static let comma = Delimiter(byte: UInt8(ascii: ","))

    static var schema: JSON { ["type": "string", "minLength": 1, "maxLength": 1] }

    static func read(_ json: JSON?) throws(FieldProblems) -> Delimiter {
        let text = try String.read(json)
        guard let byte = text.utf8.first, text.utf8.count == 1, byte == 0x09 || (0x20...0x7E).contains(byte),
            byte != UInt8(ascii: "\"")
        else {
            throw FieldProblems("is not one character of ASCII such as `,`, `;`, `|` or a tab (and no quote)")
        }
        return Delimiter(byte: byte)
    }

    var json: JSON? { .string(String(UnicodeScalar(byte))) }
}
