import PatchbayJSON

/// What the three operations of a trigger take and give.
extension WebhookTrigger {
    static var receiveInput: JSON {
        object([
            ("config", described(Config.schema, "What the trigger works on.")), ("delivery", WebhookDelivery.schema),
            ("secret", ["type": "string", "description": "What the vendor was given to sign with."]),
        ])
    }

    static var receiveOutput: JSON {
        let event = object(
            [
                ("id", ["type": "string", "description": "The vendor's name for it."]),
                ("data", described(Event.schema, "What the run is started with.")),
            ], required: ["data"])
        return object(
            [
                (
                    "verdict",
                    [
                        "enum": ["refused", "ignored", "events"],
                        "description": "Whether it is the vendor's, and of use.",
                    ]
                ), ("reason", ["type": "string", "description": "Why it starts nothing."]),
                ("events", ["type": "array", "items": event, "description": "Each starts a run."]),
            ], required: ["verdict"])
    }

    static var subscribeInput: JSON {
        object([
            ("config", described(Config.schema, "What the trigger works on.")),
            (
                "callback_url",
                ["type": "string", "format": "uri", "description": "Where the vendor is to send."]
            ), ("secret", ["type": "string", "description": "What it is to sign with."]),
        ])
    }

    static var subscribeOutput: JSON { object([subscriptionID, subscriptionData], required: ["id"]) }

    static var unsubscribeInput: JSON {
        object(
            [
                ("config", described(Config.schema, "What the trigger works on.")),
                ("callback_url", ["type": "string", "format": "uri", "description": "Where the vendor sends."]),
                subscriptionID, subscriptionData,
            ], required: ["config", "callback_url"])
    }

    static var unsubscribeOutput: JSON { object([]) }

    private static var subscriptionID: (String, JSON) {
        ("id", ["type": "string", "description": "The vendor's name for the subscription."])
    }

    private static var subscriptionData: (String, JSON) {
        ("data", ["description": "What else is needed to end it."])
    }

    /// An object of these members, all of them required unless said otherwise.
    private static func object(_ members: [(String, JSON)], required: [String]? = nil) -> JSON {
        var properties = JSONObject()
        for (name, schema) in members { properties[name] = schema }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array((required ?? members.map(\.0)).map(JSON.string)), "additionalProperties": false,
        ]
    }

    private static func described(_ schema: JSON, _ text: String) -> JSON {
        guard var object = schema.object, object["description"] == nil else { return schema }
        object["description"] = .string(text)
        return .object(object)
    }
}
