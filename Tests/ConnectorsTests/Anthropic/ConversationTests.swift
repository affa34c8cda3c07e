import ConnectorSDK
import PatchbayJSON
import Testing

@testable import AnthropicConnector

@Suite struct ConversationTests {
    private let picture = Image { $0.url = "https://a.example/x.png" }
    private let block: JSON = ["type": "image", "source": ["type": "url", "url": "https://a.example/x.png"]]

    @Test func `pictures stand before the text of the user's last message`() throws {
        let conversation = try Conversation(
            [
                ["role": "user", "content": "one"], ["role": "user", "content": "two"],
                ["role": "assistant", "content": "x"],
            ],
            images: [picture, Image { $0.data = Bytes([1, 2, 3]) }])
        #expect(conversation.messages[0] == ["role": "user", "content": "one"])
        #expect(
            conversation.messages[1]["content"] == [
                block, ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "AQID"]],
                ["type": "text", "text": "two"],
            ])
    }

    @Test func `but behind the results of tools`() throws {
        let result: JSON = ["type": "tool_result", "tool_use_id": "t", "content": "12"]
        let text: JSON = ["type": "text", "text": "and this?"]
        let conversation = try Conversation([["role": "user", "content": [result, text]]], images: [picture])
        #expect(conversation.messages[0]["content"] == [result, block, text])
    }

    @Test func `a picture that is none, or has no place, is refused`() {
        func pointer(_ messages: [JSONObject], _ image: Image) -> String? {
            do throws(ConnectorError) {
                _ = try Conversation(messages, images: [image])
                return nil
            } catch {
                return error.pointer
            }
        }
        let asked: [JSONObject] = [["role": "user", "content": "?"]]
        #expect(pointer(asked, Image()) == "/images/0")
        #expect(pointer([["role": "assistant", "content": "x"]], picture) == "/images")
        #expect(pointer([["role": "user", "content": 1]], picture) == "/messages/0/content")
    }
}
