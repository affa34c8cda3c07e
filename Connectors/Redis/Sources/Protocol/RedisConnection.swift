import ConnectorSDK

/// A connection for one call: signs in, chooses the database, sends commands.
final class RedisConnection {
    private let socket: SocketConnection
    private var parser = RESPParser()

    /// - Parameter secret: who signs in, if anybody.
    init(
        _ settings: RedisSettings, _ secret: Secret?, _ addresses: [String], within limit: Duration,
        _ cancellation: Cancellation
    ) throws {
        socket = try SocketConnection(to: addresses, port: settings.port, within: limit, cancellation)
        do {
            try signIn(secret)
            if settings.database > 0 { _ = try command(["SELECT", "\(settings.database)"]) }
        } catch var error as ConnectorError {
            // Nothing has been asked for yet.
            error.effect = .none
            throw error
        }
    }

    /// By the newer protocol, or by the older one with servers before 6.
    private func signIn(_ secret: Secret?) throws {
        let password = secret?["password"] ?? secret?["value"]
        let user = secret?["username"]
        var hello = ["HELLO", "3"]
        if let password { hello += ["AUTH", user ?? "default", password] }
        do {
            _ = try command(hello)
        } catch let error as ConnectorError where error.vendorCode == "NOPROTO" || error.vendorCode == "ERR" {
            guard let password else { return }
            _ = try command(["AUTH"] + (user.map { [$0] } ?? []) + [password])
        }
    }

    func command(_ words: [String]) throws -> RESPValue { try command(words.map { Array($0.utf8) }) }

    /// Sends a command and waits for its reply. Throws what a failure means.
    func command(_ words: [[UInt8]]) throws -> RESPValue {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words { bytes += Array("$\(word.count)\r\n".utf8) + word + [0x0D, 0x0A] }
        try socket.send(bytes)
        do {
            while true {
                if let reply = try parser.next() {
                    if case .failure(let text) = reply { throw ConnectorError(redis: text) }
                    return reply
                }
                parser.add(try socket.receive())
            }
        } catch let error as RESPParser.Malformed {
            throw ConnectorError(.upstream, "The server does not speak Redis' protocol: \(error.message).")
        }
    }
}

extension Context {
    /// Opens a connection on a thread of its own, does something with it, and closes it.
    func withRedis<Value: Sendable>(
        _ work: @escaping @Sendable (RedisConnection) throws -> Value
    ) async throws -> Value {
        let settings = try settings(RedisSettings.self)
        let (secret, addresses, limit) = (secret, addresses, timeLeft)
        return try await onOwnThread { cancellation in
            try work(try RedisConnection(settings, secret, addresses, within: limit, cancellation))
        }
    }
}

extension ConnectorError {
    /// What a failure means: its first word says so
    /// (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors).
    init(redis text: String) {
        let word = text.prefix { $0 != " " }
        let code: Code
        switch word {
        case "NOAUTH", "WRONGPASS", "NOPERM": code = .authDenied
        case "WRONGTYPE": code = .conflict
        case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "MISCONF", "READONLY", "NOREPLICAS":
            code = .unavailable
        case "MOVED", "ASK", "CROSSSLOT": code = .unsupported
        default: code = text.contains("not an integer") || text.contains("overflow") ? .conflict : .upstream
        }
        let advice = code == .unsupported ? " Name the node of the cluster that has the key in the settings." : ""
        self.init(code, "Redis refused: \(text).\(advice)", effect: .none, vendorCode: String(word))
    }
}
