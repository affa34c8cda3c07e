import ConnectorSDK
import PatchbayJSON
import Testing

@testable import OpenAIConnector

@Suite struct CompletionTests {
    private func completion(_ message: JSON, finish: JSON = "stop") throws -> Completion {
        try Completion([
            "id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18",
            "choices": [["index": 0, "message": message, "finish_reason": finish]],
            "usage": [
                "prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21,
                "prompt_tokens_details": ["cached_tokens": 4], "completion_tokens_details": ["reasoning_tokens": 3],
            ],
        ])
    }

    @Test func `content and usage are read`() throws {
        let completion = try completion(["role": "assistant", "content": "Hello", "refusal": nil])
        #expect(try completion.wholeContent == "Hello")
        #expect(completion.refusal == nil)
        #expect(
            completion.usage.json == [
                "prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21, "cached_tokens": 4,
                "reasoning_tokens": 3,
            ])
    }

    @Test(
        arguments: [
            (["content": nil, "refusal": "I can't."], "stop", "refusal"), (["content": "{\"a\":"], "length", "length"),
            (["content": ""], "content_filter", "content_filter"), (["content": nil], "stop", "empty"),
        ] as [(JSON, JSON, String)])
    func `an answer that must be whole says why it is not`(message: JSON, finish: JSON, word: String) throws {
        let completion = try completion(message, finish: finish)
        let error = #expect(throws: ConnectorError.self) { try completion.wholeContent }
        #expect(error?.code == .upstream)
        #expect(error?.vendorCode == word)
        #expect(error?.detail?["usage"]?["total_tokens"] == 21)
    }

    @Test func `an answer without choices is none`() {
        #expect(throws: ConnectorError.self) { try Completion(["choices": []]) }
        #expect(throws: ConnectorError.self) { try Completion("x") }
    }

    @Test func `extra members cannot say what has a field, nor ask for what cannot be`() throws {
        func body(_ extra: JSON) throws -> JSONObject {
            try ChatCompletion.Input.read(["model": "m", "messages": [["role": "user"]], "extra": extra]).body
        }
        #expect(try body(["seed": 1])["seed"] == 1)
        for bad in [["model": "x"], ["stream": true], ["n": 2]] as [JSON] {
            #expect(throws: ConnectorError.self) { try body(bad) }
        }
    }

    @Test func `vectors stand in the order of their texts`() throws {
        let answer: JSON = ["data": [["index": 1, "embedding": [0.5]], ["index": 0, "embedding": [1, -0.25]]]]
        #expect(try Embedding.vectors(of: answer, count: 2) == [[1, -0.25], [0.5]])
        let error = #expect(throws: ConnectorError.self) { try Embedding.vectors(of: answer, count: 3) }
        #expect(error?.message.contains("text 3 of 3") == true)
    }

    @Test(arguments: ["", [], ["a", ""], [1], 1, nil] as [JSON])
    func `texts that cannot be embedded are refused`(json: JSON) {
        #expect(throws: FieldProblems.self) { try Texts.read(json) }
    }
}
