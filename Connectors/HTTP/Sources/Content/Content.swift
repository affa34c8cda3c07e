import ConnectorSDK
import PatchbayJSON

/// An answer's body in the form that workflows get it.
enum Content: Equatable {
    case none
    case value(JSON)
    case bytes(Bytes)

    /// How the body is to be read.
    enum Format: String, FieldChoice {
        case auto, json, text, base64
    }

    /// Reads a body. Throws `ConnectorError` of code `upstream` when it is not what it says it is, or what was asked for.
    init(_ response: HTTPResponse, as format: Format) throws(ConnectorError) {
        let type = ContentType(response.header("content-type"))
        switch format {
        case .base64:
            self = .bytes(Bytes(response.body))
        case .text:
            guard let text = Self.text(of: response.body, charset: type.charset) else {
                throw ConnectorError(
                    .upstream,
                    "The answer's body is no text of a character set that is known here. Ask for `base64` to get it as it is.",
                    httpStatus: response.status)
            }
            self = .value(.string(text))
        case .json:
            self = response.body.isEmpty ? .none : .value(try response.json())
        case .auto:
            if response.body.isEmpty {
                self = .none
            } else if type.isJSON {
                self = .value(try response.json())
            } else if type.isText || type.media.isEmpty, let text = Self.text(of: response.body, charset: type.charset)
            {
                self = .value(.string(text))
            } else {
                self = .bytes(Bytes(response.body))
            }
        }
    }

    /// The text, if the bytes are one: UTF-8, or ISO 8859-1 where that is said.
    private static func text(of bytes: [UInt8], charset: String?) -> String? {
        switch charset {
        case nil, "utf-8", "utf8", "us-ascii":
            // Zero bytes are legal in UTF-8, and a sure sign that this is no text.
            bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
        case "iso-8859-1", "latin1":
            String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default:
            nil
        }
    }
}
