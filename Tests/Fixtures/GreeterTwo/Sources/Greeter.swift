public import ConnectorSDK

/// Version 2 of a connector of which two versions are used at the same time.
public let greeter = Connector(
    id: "greeter", version: "2.0.0", name: "Greeter", summary: "Greets.", category: .utility, isolation: .inProcess,
    actions: [Greet.self])

struct Greet: Action {
    static let title = "Greet"
    static let summary = "Greets somebody by name."
    static let effect = Effect.read

    struct Input: Fields {
        @Field("Whom.") var name: String
    }
    struct Output: Fields {
        @Field("The greeting.") var text: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        Output { $0.text = "Welcome, \(input.name)" }
    }
}
