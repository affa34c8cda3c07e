import ConnectorSDK
import PatchbayJSON

struct Execute: Action {
    static let title = "Run code"
    static let summary =
        "Runs JavaScript as the body of an asynchronous function of `input`, and gives what it returns."
    static let effect = Effect.read
    static let documentation: String? = "https://developer.mozilla.org/docs/Web/JavaScript/Reference"
    static let examples = [
        Example(
            "A sum by customer",
            input: [
                "code": """
                const sums = {};
                for (const order of input.orders) sums[order.customer] = (sums[order.customer] ?? 0) + order.total;
                console.log("customers", Object.keys(sums).length);
                return sums;
                """,
                "input": ["orders": [["customer": "ada", "total": 12], ["customer": "ada", "total": 3]]],
            ])
    ]

    struct Input: Fields {
        @Field("The code; what it gives back, it returns.", .length(1...1_000_000), .multiline) var code: String
        @Field("What the code knows as `input`.", default: .null) var input: JSON
        @Field("Milliseconds that it may run.", .range(10...30_000), default: 5000) var timeoutMs: Int
        @Field("MiB of memory that it may fill.", .range(16...384), default: 128) var memoryMb: Int
    }

    struct Output: Fields {
        @Field("What the code returned, as JSON; null for nothing.") var result: JSON
        @Field("What it wrote to the console: at most 200 lines, or 64 KiB.") var console: [ConsoleLine]
        @Field("How many further lines there were.") var droppedLines: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let limit = min(.milliseconds(input.timeoutMs), context.timeLeft)
        let outcome = try await onOwnThread { cancellation in
            let watch = Watch(within: limit, memory: input.memoryMb << 20, cancellation)
            let end = Guard.run(watch) {
                Result { () throws(ConnectorError) in
                    try Sandbox().run(input.code, input: input.input, under: watch)
                }
            }
            // What the code left behind, dead or alive, goes with the process.
            if end == nil || watch.leftBehind > Self.mostLeftBehind { context.retireProcess() }
            guard let end else { throw watch.failure ?? Watch.Verdict.late.failure }
            return try end.get()
        }
        if let error = outcome.error { throw error }
        return Output {
            $0.result = outcome.result
            $0.console = outcome.lines
            $0.droppedLines = outcome.dropped
        }
    }

    /// Bytes that the next call in this process may find filled by this one.
    private static let mostLeftBehind = 32 << 20
}
