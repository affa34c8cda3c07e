public import ConnectorSDK

/// An action that does nothing, to measure what a call costs. The id is long so that copies of the library can be stamped
/// with ids of their own by writing over it.
public let noop = Connector(
    id: "measurement-noop-connector-00", version: "1.0.0", name: "Noop", summary: "Does nothing.", category: .utility,
    isolation: .inProcess, actions: [DoNothing.self])

struct DoNothing: Action {
    static let title = "Do nothing"
    static let summary = "Answers with what it was given."
    static let effect = Effect.read

    struct Input: Fields {
        @Field("Any number.", default: 0) var value: Int
    }
    struct Output: Fields {
        @Field("The same number.") var value: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        Output { $0.value = input.value }
    }
}
