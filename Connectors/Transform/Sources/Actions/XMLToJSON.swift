import ConnectorSDK
import PatchbayJSON
import XMLDocuments

struct XMLToJSON: Action {
    static let title = "XML to JSON"
    static let summary = "Reads an XML document. Document types, and with them entities, are refused."
    static let effect = Effect.read
    static let documentation: String? = "https://www.w3.org/TR/xml/"
    static let examples = [
        Example(
            "A feed",
            input: ["xml": "<feed lang=\"en\"><entry>one</entry><entry>two</entry></feed>", "arrays": ["entry"]]),
        Example("Mixed text, in its order", input: ["xml": "<p>A <b>bold</b> word.</p>", "form": "ordered"]),
    ]

    struct Input: Fields {
        @Field("The document.", .length(1...16_000_000), .multiline) var xml: String
        @Field(
            """
            `compact`: members by the elements' names, `@name` for attributes, `#text` for text beside others, an array where \
            a name repeats. `ordered`: `name`, `attributes` and `children` in their order; nothing is lost.
            """, default: .compact)
        var form: XMLForm
        @Field("Names of elements that are arrays in the compact form also when there is only one.", .length(1...1000))
        var arrays: [String]?
    }

    struct Output: Fields {
        @Field("The document; in the compact form an object whose one member is the root element.") var json: JSON
        @Field("Name of the root element.") var root: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let root: XMLElement
        do throws(XMLProblem) {
            root = try XMLParser.parse(input.xml)
        } catch {
            throw ConnectorError.invalid("/xml", "is no document: \(error.description)")
        }
        return Output {
            $0.json =
                input.form == .ordered
                ? root.ordered : .object([root.name: root.compact(arrays: Set(input.arrays ?? []))])
            $0.root = root.name
        }
    }
}
