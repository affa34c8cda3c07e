public import PatchbayJSON

/// One thing a connector can do. One type, one file; the file's name is the type's name.
///
/// ```swift
/// struct SendMessage: Action {
///     static let title = "Send a message"
///     static let summary = "Posts text to a channel the app has joined."
///     static let effect = Effect.write
///
///     struct Input: Fields {
///         @Field("Id of the channel, or its name with a leading `#`.") var channel: String
///         @Field("The text.") var text: String
///     }
///     struct Output: Fields {
///         @Field("Timestamp of the message, which is also its id.") var ts: String
///     }
///
///     func run(_ input: Input, in context: Context) async throws -> Output { … }
/// }
/// ```
public protocol Action: Sendable {
    associatedtype Input: Fields
    associatedtype Output: FieldValue

    /// What workflows call it by. The type's name in snake case unless said otherwise: `SendMessage` is `send_message`.
    static var id: String { get }
    /// A short imperative: "Send a message".
    static var title: String { get }
    /// One or two sentences: what happens, to what.
    static var summary: String { get }
    /// What it does to the world; decides what the engine stores before and repeats after.
    static var effect: Effect { get }
    /// Whether a repeated call with the same `Context.idempotencyKey` does no more than the first. Reads always are.
    static var isIdempotent: Bool { get }
    /// The vendor's page on it.
    static var documentation: String? { get }
    /// How long a call may take unless the workflow says otherwise; the connector's limit when nil.
    static var timeout: Duration? { get }
    /// Name of the credential slot that it uses; the connector's first unless said otherwise. Empty for none.
    static var credential: String? { get }
    /// Inputs worth showing; each must fit the input's schema.
    static var examples: [Example] { get }

    init()

    /// Does it. Runs on any thread, several calls at once. Throws `ConnectorError`; whatever else it throws is reported as
    /// a defect of the connector. When the task is cancelled the call is no longer wanted, and requests throw by themselves.
    func run(_ input: Input, in context: Context) async throws -> Output
}

extension Action {
    public static var id: String { snakeCase(String(describing: Self.self)) }
    public static var isIdempotent: Bool { effect == .read }
    public static var documentation: String? { nil }
    public static var timeout: Duration? { nil }
    public static var credential: String? { nil }
    public static var examples: [Example] { [] }
}

/// What an action does to the world.
public enum Effect: String, Sendable {
    /// Changes nothing; may be repeated at will.
    case read
    case write
    case delete
}

/// An input that shows how an action is used.
public struct Example: Sendable {
    public var title: String
    public var input: JSON

    public init(_ title: String, input: JSON) {
        self.title = title
        self.input = input
    }
}

/// `SendMessage` → `send_message`, `messageTS` → `message_ts`, `HTTPStatus` → `http_status`.
func snakeCase(_ name: String) -> String {
    var result = ""
    let letters = Array(name)
    for (index, letter) in letters.enumerated() {
        if letter.isUppercase, index > 0 {
            let followsLower = !letters[index - 1].isUppercase
            let precedesLower = index + 1 < letters.count && letters[index + 1].isLowercase
            if followsLower || precedesLower { result.append("_") }
        }
        result += letter.lowercased()
    }
    return result
}
