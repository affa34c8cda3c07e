import ConnectorSDK
import PatchbayJSON

struct Embedding: Action {
    static let title = "Embed text"
    static let summary = "Turns texts into vectors that lie near each other when their meanings do."
    static let effect = Effect.read
    static let documentation: String? = "https://platform.openai.com/docs/api-reference/embeddings/create"
    static let timeout: Duration? = .seconds(60)
    static let examples = [
        Example("One text", input: ["model": "text-embedding-3-small", "input": "The cart forgets its items."]),
        Example(
            "Several texts, shorter vectors",
            input: [
                "model": "text-embedding-3-large", "input": ["The cart forgets its items.", "Login fails."],
                "dimensions": 256,
            ]),
    ]

    struct Input: Fields {
        @Field("Id of the model.", .length(1...200), example: "text-embedding-3-small") var model: String
        @Field("A text, or up to 2048 of them; none empty, each within the model's limit (8192 tokens).") var input:
            Texts
        @Field("Length of the vectors, for models that can shorten them.", .range(1...65_536)) var dimensions: Int?
    }

    struct Output: Fields {
        @Field("The vector, when `input` was one text.") var embedding: [Double]?
        @Field("The vectors, one for each text, in the same order.") var embeddings: [[Double]]
        @Field("Tokens used.") var tokensUsed: Int
        @Field("The model that answered.") var model: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try OpenAIAPI(context)
        var body: JSONObject = [
            "model": .string(input.model), "input": input.input.json ?? nil, "encoding_format": "float",
        ]
        body["dimensions"] = input.dimensions?.json
        let pointers = ["model": "/model", "input": "/input", "dimensions": "/dimensions"]
        let answer = try await api.post("embeddings", body: body, pointers: pointers)
        let vectors = try Self.vectors(of: answer, count: input.input.all.count)
        return Output {
            if case .one = input.input { $0.embedding = vectors[0] }
            $0.embeddings = vectors
            $0.tokensUsed = Usage(answer["usage"]).totalTokens
            $0.model = answer["model"]?.string ?? input.model
        }
    }

    /// The vectors by the `index` that each has; throws `ConnectorError` of code `upstream` unless there is one for each text.
    static func vectors(of answer: JSON, count: Int) throws(ConnectorError) -> [[Double]] {
        var vectors = [[Double]](repeating: [], count: count)
        for (position, entry) in (answer["data"]?.array ?? []).enumerated() {
            let index = Int(entry["index"]?.int ?? Int64(position))
            let numbers = (entry["embedding"]?.array ?? []).compactMap(\.double)
            if vectors.indices.contains(index) { vectors[index] = numbers }
        }
        guard let missing = vectors.firstIndex(where: \.isEmpty) else { return vectors }
        throw ConnectorError(.upstream, "The server's answer has no embedding of text \(missing + 1) of \(count).")
    }
}
