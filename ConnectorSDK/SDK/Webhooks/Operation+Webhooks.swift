import PatchbayJSON

extension Operation {
    /// The three operations of a webhook trigger, with their types put away.
    static func group(_ trigger: any WebhookTrigger.Type) -> [Operation] { operations(of: trigger) }

    private static func operations<W: WebhookTrigger>(of trigger: W.Type) -> [Operation] {
        let table = FieldTable.of(W.Config.self)
        let receive = Operation(id: W.id) { input, context in
            let config: W.Config = try config(of: input, by: table)
            guard let delivery = WebhookDelivery(input["delivery"]) else {
                throw ConnectorError.invalid("/delivery", "is no delivery")
            }
            guard let secret = input["secret"]?.string else { throw ConnectorError.invalid("/secret", "is missing") }
            return try await changingNothing {
                try await W().receive(delivery, for: config, secret: secret, in: context).json
            }
        }
        let subscribe = Operation(id: W.subscribeID) { input, context in
            let config: W.Config = try config(of: input, by: table)
            guard let secret = input["secret"]?.string else { throw ConnectorError.invalid("/secret", "is missing") }
            let callback = WebhookCallback(url: try address(in: input), secret: secret)
            let subscription = try await W().subscribe(config, at: callback, in: context)
            return ["id": .string(subscription.id), "data": subscription.data]
        }
        let unsubscribe = Operation(id: W.unsubscribeID) { input, context in
            let config: W.Config = try config(of: input, by: table)
            let subscription = input["id"]?.string.map { WebhookSubscription($0, data: input["data"] ?? .null) }
            try await W().unsubscribe(config, at: address(in: input), from: subscription, in: context)
            return [:]
        }
        return [receive, subscribe, unsubscribe]
    }

    private static func config<Config: Fields>(of input: JSON, by table: FieldTable) throws(ConnectorError) -> Config {
        do throws(FieldProblems) {
            return try Config.read(input["config"] ?? [:], by: table)
        } catch {
            throw ConnectorError(
                .invalidInput, "The configuration does not fit: \(error.description).", effect: .none,
                pointer: error.problems.first.map { "/config" + $0.pointer })
        }
    }

    private static func address(in input: JSON) throws(ConnectorError) -> String {
        guard let url = input["callback_url"]?.string else {
            throw ConnectorError.invalid("/callback_url", "is missing")
        }
        return url
    }

    /// Whoever only looks at what came has changed nothing.
    private static func changingNothing(_ run: () async throws -> JSON) async throws -> JSON {
        do {
            return try await run()
        } catch var error as ConnectorError {
            error.effect = .none
            throw error
        } catch is CancellationError {
            throw ConnectorError(.cancelled, "The call was cancelled.", effect: .none)
        }
    }
}

extension WebhookVerdict {
    /// As the operation gives it.
    fileprivate var json: JSON {
        switch self {
        case .refused(let reason): ["verdict": "refused", "reason": .string(reason)]
        case .ignored(let reason): ["verdict": "ignored", "reason": .string(reason)]
        case .events(let events):
            [
                "verdict": "events",
                "events": .array(
                    events.map { event in
                        var object: JSONObject = ["data": event.data.json ?? .null]
                        object["id"] = event.id.map(JSON.string)
                        return .object(object)
                    }),
            ]
        }
    }
}
