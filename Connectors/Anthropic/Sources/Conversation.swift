import ConnectorSDK
import PatchbayJSON

/// Messages, with pictures put into the last one of the user.
struct Conversation {
    private(set) var messages: [JSONObject]

    init(_ messages: [JSONObject], images: [Image]?) throws(ConnectorError) {
        self.messages = messages
        guard let images, !images.isEmpty else { return }
        guard let last = messages.lastIndex(where: { $0["role"] == "user" }) else {
            throw .invalid("/images", "have no message of the user to stand in")
        }
        var blocks: [JSON] = []
        for (index, image) in images.enumerated() { blocks.append(try image.block(at: "/images/\(index)")) }
        switch messages[last]["content"] {
        case .string(let text)?: blocks.append(["type": "text", "text": .string(text)])
        // Results of tools must come before anything else of a message.
        case .array(let content)?:
            let results = content.prefix { $0["type"] == "tool_result" }
            blocks = results + blocks + content.dropFirst(results.count)
        default: throw .invalid("/messages/\(last)/content", "needs a text, or an array of blocks")
        }
        self.messages[last]["content"] = .array(blocks)
    }
}
