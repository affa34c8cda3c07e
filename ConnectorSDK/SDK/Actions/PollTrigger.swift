public import PatchbayJSON

/// A trigger that is asked from time to time what is new. One type, one file, as an action.
///
/// The host keeps the cursor between two polls and hands it back; nil is the first poll of a workflow. Events whose cursor
/// was not stored, because the host crashed, come again: give each what tells it from others.
///
/// ```swift
/// struct NewOrders: PollTrigger {
///     static let title = "New orders"
///     static let summary = "Starts with each order that comes in."
///     struct Input: Fields { @Field("Id of the shop.") var shop: String }
///     func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<Order> { … }
/// }
/// ```
public protocol PollTrigger: Sendable {
    associatedtype Input: Fields
    associatedtype Event: FieldValue

    /// What workflows call it by; the type's name in snake case unless said otherwise.
    static var id: String { get }
    static var title: String { get }
    static var summary: String { get }
    static var documentation: String? { get }
    /// How long a poll may take; the connector's limit when nil.
    static var timeout: Duration? { get }
    /// Name of the credential slot that it uses; the connector's first unless said otherwise. Empty for none.
    static var credential: String? { get }
    static var examples: [Example] { get }

    init()

    /// What has come since the cursor, oldest first, with the cursor behind it. May wait for the first event, well below
    /// the call's deadline.
    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<Event>
}

/// The answer of a poll.
public struct Polled<Event: FieldValue>: Sendable {
    public var events: [Event]
    /// Where the next poll goes on.
    public var cursor: JSON

    public init(_ events: [Event], cursor: JSON) {
        self.events = events
        self.cursor = cursor
    }
}

extension PollTrigger {
    public static var id: String { snakeCase(String(describing: Self.self)) }
    public static var documentation: String? { nil }
    public static var timeout: Duration? { nil }
    public static var credential: String? { nil }
    public static var examples: [Example] { [] }

    /// The input with a member for the cursor.
    static var inputSchema: JSON {
        var schema = Input.schema.object ?? [:]
        var properties = schema["properties"]?.object ?? [:]
        properties["cursor"] = [
            "description": "Where to go on: `cursor` of the answer before; absent for the first poll."
        ]
        schema["properties"] = .object(properties)
        return .object(schema)
    }

    static var outputSchema: JSON {
        [
            "type": "object",
            "properties": [
                "events": ["type": "array", "items": Event.schema, "description": "What is new, oldest first."],
                "cursor": ["description": "Where the next poll goes on."],
            ],
            "required": ["events", "cursor"], "additionalProperties": false,
        ]
    }
}
