import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct SendEmail: Action {
    static let title = "Send an e-mail"
    static let summary = "Sends an e-mail from a verified address."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"
    static let examples = [
        Example(
            "A note",
            input: [
                "from": "Acme <orders@acme.example>", "to": ["ada@example.com"], "subject": "Your order",
                "text": "It is on its way.", "html": "<p>It is on its way.</p>",
            ])
    ]

    struct Input: Fields {
        @Field("The sender, whose address or domain is verified.", .length(1...320)) var from: String
        @Field("Who gets it.", .length(0...50), default: []) var to: [String]
        @Field("Who gets a copy.", .length(0...50), default: []) var cc: [String]
        @Field("Who gets a copy that the others do not see.", .length(0...50), default: []) var bcc: [String]
        @Field("The subject.", .length(1...998)) var subject: String
        @Field("The message as text.", .multiline) var text: String?
        @Field("The message as HTML.", .multiline) var html: String?
        @Field("Where answers go.", .length(1...10)) var replyTo: [String]?
        @Field("Name of a configuration set.", .length(1...64)) var configurationSet: String?
        @Field("Tags for its events: names with texts.") var tags: [String: String]?
    }

    struct Output: Fields {
        @Field("Id of the message.") var messageID: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try AmazonAPI(context, service: "email")
        let url = try address(below: api.base, "v2", "email", "outbound-emails")
        let response = try await api.send(HTTPRequest(.post, url, body: .json(.object(try input.body))))
        guard let id = try response.json()["MessageId"]?.string else {
            throw ConnectorError(.upstream, "Amazon took the e-mail without telling its id.", effect: .applied)
        }
        return Output { $0.messageID = id }
    }
}

extension SendEmail.Input {
    fileprivate var body: JSONObject {
        get throws(ConnectorError) {
            guard !(to + cc + bcc).isEmpty else { throw .invalid("/to", "is empty, and so are cc and bcc") }
            guard text != nil || html != nil else { throw .invalid("/text", "is missing, and so is `/html`") }
            var parts = JSONObject()
            if let text { parts["Text"] = ["Data": .string(text), "Charset": "UTF-8"] }
            if let html { parts["Html"] = ["Data": .string(html), "Charset": "UTF-8"] }
            var destination = JSONObject()
            for (name, addresses) in [("ToAddresses", to), ("CcAddresses", cc), ("BccAddresses", bcc)]
            where !addresses.isEmpty {
                destination[name] = addresses.json
            }
            var body: JSONObject = [
                "FromEmailAddress": .string(from), "Destination": .object(destination),
                "Content": [
                    "Simple": ["Subject": ["Data": .string(subject), "Charset": "UTF-8"], "Body": .object(parts)]
                ],
            ]
            body["ReplyToAddresses"] = replyTo?.json
            body["ConfigurationSetName"] = configurationSet?.json
            if let tags {
                body["EmailTags"] = .array(
                    tags.sorted { $0.key < $1.key }.map { ["Name": .string($0.key), "Value": .string($0.value)] })
            }
            return body
        }
    }
}
