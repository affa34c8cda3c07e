import DeclarativeFormat
import FoundationEssentials
import PatchbayAuthoring
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct OpenAPIDocumentTests {
    private let description = """
        openapi: 3.0.3
        info: {title: Acme Shop, version: "7", description: "Orders. And more."}
        servers: [{url: "https://{region}.acme.example/v2", variables: {region: {default: eu}}}]
        security: [{token: []}]
        paths:
          /orders/{orderId}:
            parameters: [{$ref: "#/components/parameters/Order"}]
            get:
              operationId: getOrder
              parameters:
                - {name: "page[size]", in: query, schema: {type: integer, nullable: true}}
                - {name: fields, in: query, explode: false, schema: {type: array, items: {type: string}}}
                - {name: X-Trace, in: header, schema: {type: string}}
              responses:
                "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
            put:
              operationId: putOrder
              security: []
              requestBody:
                required: true
                content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
            post:
              summary: Upload
              requestBody: {required: true, content: {multipart/form-data: {schema: {type: object}}}}
          /login:
            post:
              requestBody:
                content:
                  application/x-www-form-urlencoded:
                    schema: {type: object, required: [user], properties: {user: {type: string}}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
            cookie: {type: apiKey, in: cookie, name: sid}
          parameters:
            Order: {name: orderId, in: path, required: true, schema: {type: string}}
          schemas:
            Order:
              type: object
              required: [orderId, total]
              properties:
                orderId: {type: string, description: The number., nullable: true}
                total: {type: number, exclusiveMinimum: true, minimum: 0}
                created: {type: string, readOnly: true}
                parent: {$ref: "#/components/schemas/Order"}
        """

    private func made(_ text: String, only: [String] = []) throws -> OpenAPIDocument {
        try OpenAPIDocument(
            try YAMLReading.read(Array(text.utf8), name: "x.yaml"), name: "acme", title: "Acme", only: only)
    }

    @Test func `operations become actions`() throws {
        let made = try made(description)
        let document = made.document
        _ = try DocumentChecks.read(document)
        #expect(made.actions == ["get_order", "put_order", "post_login"])
        #expect(document["name"] == "Acme Shop" && document["summary"] == "Orders.")
        #expect(document["settings"]?["base_url"]?["default"] == "https://eu.acme.example/v2")
        #expect(document["auth"]?.object?.names == ["token"])
        let get = document["actions"]?["get_order"]
        #expect(get?["request"]?["path"] == "/orders/{{ input.orderId }}")
        #expect(get?["request"]?["query"]?["page[size]"] == "{{ input.page_size }}")
        #expect(get?["request"]?["query"]?["fields"] == "{{ input.fields | join(',') }}")
        #expect(get?["input"]?["required"] == ["orderId"])
        #expect(get?["input"]?["properties"]?["page_size"]?["type"] == ["integer", "null"])
        let put = document["actions"]?["put_order"]
        #expect(put?["auth"] == "none")
        #expect(put?["request"]?["json"]?["orderId"] == "{{ input.orderId_body }}")
        #expect(put?["request"]?["json"]?["created"] == nil)
        #expect(put?["input"]?["required"] == ["orderId", "orderId_body", "total"])
        #expect(document["actions"]?["post_login"]?["request"]?["form"] == ["user": "{{ input.user }}"])
        #expect(made.notes.contains { $0.contains("multipart") } && made.notes.contains { $0.contains("cookie") })
    }

    @Test func `only what is asked for is taken`() throws {
        #expect(try made(description, only: ["login"]).actions == ["post_login"])
        #expect(throws: AuthoringError.self) { try made(description, only: ["nothing"]) }
    }

    @Test(arguments: ["swagger: '2.0'", "a: b", "openapi: 3.1.0", "openapi: 3.0.0\npaths: {/a: {get: 3}}\n"])
    func `what is no description is refused, or comes to something that checks`(text: String) throws {
        do {
            _ = try DocumentChecks.read(try made(text).document)
        } catch let error as AuthoringError {
            #expect(!error.description.isEmpty)
        }
    }

    /// Descriptions of real services, where a folder of them is named.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["PATCHBAY_OPENAPI_FOLDER"] != nil))
    func `every description of a folder becomes a document that checks`() throws {
        let folder = ProcessInfo.processInfo.environment["PATCHBAY_OPENAPI_FOLDER"] ?? ""
        var (files, actions) = (0, 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let json = try YAMLReading.read(try DeclarativeFile.read("\(folder)/\(name)"), name: name)
            do {
                let made = try OpenAPIDocument(json, name: "acme", title: "Acme")
                _ = try DocumentChecks.read(made.document)
                let text = YAMLText.of(made.document)
                #expect(try YAMLReading.read(Array(text.utf8), name: "x.yaml") == made.document, "\(name)")
                print(
                    "\(name): \(made.actions.count) actions, \(made.notes.count) notes, \(made.document.bytes().count) bytes; \(made.notes.last ?? "")"
                )
                (files, actions) = (files + 1, actions + made.actions.count)
            } catch  where json["paths"]?.object?.isEmpty ?? true {
                print("\(name): \(error)")
            } catch {
                Issue.record("\(name): \("\(error)".prefix(2_000))")
            }
        }
        print("\(files) descriptions, \(actions) actions")
    }
}
