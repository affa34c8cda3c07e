public import PatchbayJSON

/// A trigger that the vendor calls: it subscribes there when a workflow becomes active, unsubscribes when it is not any more,
/// and tells of each delivery whether it is the vendor's and what it means. One type, one file, as an action.
///
/// ```swift
/// struct OrderPlaced: WebhookTrigger {
///     static let title = "Order placed"
///     static let summary = "Starts with each order that is placed in a shop."
///     struct Config: Fields { @Field("Id of the shop.") var shop: String }
///     func subscribe(_ config: Config, at callback: WebhookCallback, in context: Context) async throws -> WebhookSubscription { … }
///     func unsubscribe(
///         _ config: Config, at url: String, from subscription: WebhookSubscription?, in context: Context) async throws { … }
///     func receive(_ delivery: WebhookDelivery, for config: Config, secret: String, in context: Context) async throws
///         -> WebhookVerdict<Order> { … }
/// }
/// ```
///
/// Half a trigger cannot be written: the three are operations of one group in the manifest.
public protocol WebhookTrigger: Sendable {
    associatedtype Config: Fields
    associatedtype Event: FieldValue

    /// What workflows call it by; the type's name in snake case unless said otherwise.
    static var id: String { get }
    static var title: String { get }
    static var summary: String { get }
    static var documentation: String? { get }
    /// How long a call may take; the connector's limit when nil.
    static var timeout: Duration? { get }
    /// Name of the credential slot that it subscribes with; the connector's first unless said otherwise. Empty for none.
    static var credential: String? { get }
    /// Configurations worth showing, as `input`; each must fit the schema of `Config`.
    static var examples: [Example] { get }

    init()

    /// Makes the vendor send to `callback.url`. Called again after a host died before it could note the answer: what sends there
    /// already is taken over, and brought to this configuration and secret; never a second one is made.
    func subscribe(
        _ config: Config, at callback: WebhookCallback, in context: Context
    ) async throws -> WebhookSubscription

    /// Undoes it. That there is nothing to undo is no error. Without a `subscription` nobody knows whether one was made: then
    /// whatever sends to `url` is removed.
    func unsubscribe(
        _ config: Config, at url: String, from subscription: WebhookSubscription?, in context: Context
    ) async throws

    /// Tells whether a delivery is the vendor's, and what it means. Has no credential, asks nobody, and is quick: the sender
    /// waits. Throws only when it cannot tell; then the sender is asked to come again.
    func receive(
        _ delivery: WebhookDelivery, for config: Config, secret: String, in context: Context
    ) async throws -> WebhookVerdict<Event>
}

extension WebhookTrigger {
    public static var id: String { snakeCase(String(describing: Self.self)) }
    public static var documentation: String? { nil }
    public static var timeout: Duration? { nil }
    public static var credential: String? { nil }
    public static var examples: [Example] { [] }

    /// Ids of the operations that belong to it.
    static var subscribeID: String { id + "_subscribe" }
    static var unsubscribeID: String { id + "_unsubscribe" }
}

/// Where the vendor is to send, and what it is to sign with.
public struct WebhookCallback: Sendable, Equatable {
    /// Absolute. No other subscription has it.
    public var url: String
    /// 64 random hexadecimal digits, which nobody else knows.
    public var secret: String

    public init(url: String, secret: String) {
        self.url = url
        self.secret = secret
    }
}

/// What is to be known of a subscription to end it. Shown to people: holds no secret.
public struct WebhookSubscription: Sendable, Equatable {
    /// The vendor's name for it.
    public var id: String
    /// Whatever else is needed; null for nothing.
    public var data: JSON

    public init(_ id: String, data: JSON = .null) {
        self.id = id
        self.data = data
    }
}
