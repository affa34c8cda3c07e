package import PatchbayJSON

/// An action with its types put away: JSON in, JSON out.
struct Operation: Sendable {
    let id: String
    let run: @Sendable (JSON, Context) async throws -> JSON

    init(_ action: any Action.Type) { self = Self.of(action) }

    init(_ poll: any PollTrigger.Type) { self = Self.of(poll) }

    init(id: String, run: @escaping @Sendable (JSON, Context) async throws -> JSON) {
        self.id = id
        self.run = run
    }

    private static func of<P: PollTrigger>(_ poll: P.Type) -> Operation {
        let table = FieldTable.of(P.Input.self)
        return Operation(id: P.id) { json, context in
            var members = json.object ?? [:]
            let cursor = members.removeValue(named: "cursor")
            let input: P.Input
            do throws(FieldProblems) {
                input = try P.Input.read(.object(members), by: table)
            } catch {
                throw ConnectorError(
                    .invalidInput, "The input does not fit: \(error.description).", effect: .none,
                    pointer: error.problems.first?.pointer)
            }
            do {
                let polled = try await P().poll(input, after: cursor?.isNull == true ? nil : cursor, in: context)
                return ["events": polled.events.json ?? [], "cursor": polled.cursor]
            } catch var error as ConnectorError {
                error.effect = .none
                throw error
            } catch is CancellationError {
                throw ConnectorError(.cancelled, "The call was cancelled.", effect: .none)
            }
        }
    }

    private static func of<A: Action>(_ action: A.Type) -> Operation {
        let table = FieldTable.of(A.Input.self)
        return Operation(id: A.id) { json, context in
            let input: A.Input
            do throws(FieldProblems) {
                input = try A.Input.read(json, by: table)
            } catch {
                throw ConnectorError(
                    .invalidInput, "The input does not fit: \(error.description).", effect: .none,
                    pointer: error.problems.first?.pointer)
            }
            return try await changing(A.effect) { try await A().run(input, in: context).json ?? .null }
        }
    }

    /// An operation that is known only at run time.
    init(_ described: DescribedConnector.Operation) {
        self.init(id: described.id) { input, context in
            try await Self.changing(described.effect) { try await described.run(input, context) }
        }
    }

    /// However a read fails, it has changed nothing.
    private static func changing(_ effect: Effect, _ run: () async throws -> JSON) async throws -> JSON {
        do {
            return try await run()
        } catch var error as ConnectorError where effect == .read {
            error.effect = .none
            throw error
        } catch is CancellationError where effect == .read {
            throw ConnectorError(.cancelled, "The call was cancelled.", effect: .none)
        }
    }
}

extension Connector {
    /// Calls an operation outside of a module; nil when there is none of that id.
    package func caller(of id: String) -> (@Sendable (JSON, Context) async throws -> JSON)? {
        if let action = actions.first(where: { $0.id == id }) { return Operation(action).run }
        return webhooks.lazy.flatMap { Operation.group($0) }.first { $0.id == id }?.run
    }

    /// Name of the slot that an operation uses; empty for none.
    package func slot(of id: String) -> String {
        if let action = actions.first(where: { $0.id == id }) { return credentialSlot(of: action) ?? "" }
        let trigger = webhooks.first { $0.subscribeID == id || $0.unsubscribeID == id }
        return trigger.flatMap { credentialSlot(of: $0) } ?? ""
    }

    /// What `caller` knows.
    package var callable: [String] {
        actions.map { $0.id } + webhooks.flatMap { Operation.group($0).map(\.id) }
    }
}
