import ConnectorSDK
import PatchbayJSON
import XMLDocuments

struct JSONToXML: Action {
    static let title = "JSON to XML"
    static let summary = "Writes an XML document from the form that reading one gives."
    static let effect = Effect.read
    static let documentation: String? = "https://www.w3.org/TR/xml/"
    static let examples = [
        Example("An order", input: ["json": ["order": ["@id": 7, "line": ["apples", "pears"]]], "indent": true])
    ]

    struct Input: Fields {
        @Field("The document: in the compact form an object with one member, which is the root element.") var json: JSON
        @Field("`compact` or `ordered`, as reading XML gives them.", default: .compact) var form: XMLForm
        @Field("Whether `<?xml version=\"1.0\" encoding=\"UTF-8\"?>` stands before it.", default: true)
        var declaration: Bool
        @Field("Whether elements stand on lines of their own.", default: false) var indent: Bool
    }

    struct Output: Fields {
        @Field("The document.") var xml: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        do {
            let text = try XMLWriter.write(
                try Self.root(input), declaration: input.declaration, indented: input.indent)
            return Output { $0.xml = text }
        } catch let shape as XMLShape {
            throw ConnectorError.invalid(shape.pointer, shape.message)
        } catch let unwritable as XMLUnwritable {
            throw ConnectorError.invalid("/json", "cannot be written: \(unwritable.message)")
        }
    }

    private static func root(_ input: Input) throws(XMLShape) -> XMLElement {
        if input.form == .ordered { return try XMLElement(ordered: input.json, at: "/json") }
        guard let object = input.json.object, object.count == 1, let root = object.first else {
            throw XMLShape(pointer: "/json", message: "needs one member, the root element; a document has no more")
        }
        guard root.value.array == nil else {
            throw XMLShape(pointer: "/json/\(root.name)", message: "is an array; a document has one root element")
        }
        return try XMLElement(compact: root.value, named: root.name, at: "/json/\(root.name)")
    }
}
