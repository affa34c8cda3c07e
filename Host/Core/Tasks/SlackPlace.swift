package import PatchbayJSON

/// Where in Slack people are asked, and what speaks with Slack there.
package struct SlackPlace: Sendable, Equatable {
    /// Characters of a channel's name or id (https://docs.slack.dev/reference/methods/conversations.create).
    package static let longestChannel = 80

    /// The name of a credential for the connector `slack`, by whose token messages are posted and people are known.
    package var credential: String
    /// The name of a credential of the kind secret: the app's signing secret, which proves that a press comes from Slack.
    package var secret: String
    /// A channel's name or id; nil: everybody is asked in a direct message of their own.
    package var channel: String?

    package init(credential: String, secret: String, channel: String? = nil) {
        self.credential = credential
        self.secret = secret
        self.channel = channel
    }

    /// What `init(stored:)` reads again.
    package var json: JSON {
        var object: JSONObject = ["credential": .string(credential), "secret": .string(secret)]
        object["channel"] = channel.map { .string($0) }
        return .object(object)
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(stored json: JSON) {
        guard let credential = json["credential"]?.string, let secret = json["secret"]?.string else { return nil }
        self.init(credential: credential, secret: secret, channel: json["channel"]?.string)
    }
}
