import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import ServiceLifecycle

/// Tells runs' changes over WebSocket: one text message of JSON each, in order, each once.
struct LiveConnections: Sendable {
    let gate: Gate
    let limiter: RateLimiter
    let publicURL: String?
    let runs: any RunStore
    let signals: RunSignals
    let clock: any WaitableTime

    /// Milliseconds between two pings; a client that is silent twice as long is gone.
    private static let pingInterval: Int64 = 30_000
    /// Milliseconds that a client has to answer the goodbye.
    private static let closingPatience: Int64 = 5_000

    /// What the request may hear of. Nil says nothing of what is wrong: the request then is answered as an ordinary one, by
    /// `LiveRoutes`. That is so, too, when its sender has made too many.
    func admission(_ head: HTTPRequestHead) async -> LiveAdmission? {
        guard let admission = try? await judge(head),
            (try? await limiter.admit(RateKey(.api, tenant: admission.tenant), noting: nil)) != nil
        else { return nil }
        return admission
    }

    /// Throws what keeps it from being judged, or `APIError` for a caller who may not.
    private func judge(_ head: HTTPRequestHead) async throws -> LiveAdmission? {
        guard let target = LiveTarget(uri: head.uri) else { return nil }
        var headers = HTTPFields()
        for name in [HTTPField.Name.authorization, .cookie, .tenant] {
            headers[values: name] = head.headers[name.canonicalName]
        }
        let proven = try await gate.authenticator.prove(headers)
        // Browsers let any page open a socket with our cookies, and send no other headers with it.
        if case .session = proven, !isOurs(head) { return nil }
        let tenant = headers[.tenant] ?? LiveTarget.tenant(uri: head.uri)
        let caller = try await gate.caller(proven, wanting: tenant, for: .needs([.runRead]))
        guard caller.lacks([.runRead]) == nil else { return nil }
        guard case .run(let id, _) = target else {
            return caller.workflows == nil ? LiveAdmission(target: target, tenant: caller.tenant, head: head) : nil
        }
        guard let run = try await runs.run(id, in: caller.tenant), caller.mayTouch(run.workflow) else { return nil }
        return LiveAdmission(target: target, tenant: caller.tenant, head: head)
    }

    /// Whether whoever was let in would be still. Not being able to tell is no reason to throw somebody out.
    private func isStanding(_ admission: LiveAdmission) async -> Bool {
        do {
            return try await judge(admission.head) != nil
        } catch {
            return !(error is APIError)
        }
    }

    /// Whether the page that opens the socket is this host's (RFC 6455, 10.2).
    private func isOurs(_ head: HTTPRequestHead) -> Bool {
        guard let origin = head.headers.first(name: "Origin")?.lowercased() else { return false }
        if let publicURL { return origin == Self.origin(of: publicURL.lowercased()) }
        guard let host = head.headers.first(name: "Host")?.lowercased() else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }

    private static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/")
    }

    func serve(
        _ target: LiveAdmission, on channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, logger: Logger
    ) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                await converse(target, LiveSocket(outbound), inbound, logger)
            }
        } catch {
            logger.debug("a live connection broke", metadata: [LogKeys.error: "\(error)"])
        }
    }

    /// Ends when the client leaves, the feed ends, or the host stops; whichever comes first.
    private func converse(
        _ target: LiveAdmission, _ socket: LiveSocket, _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ logger: Logger
    ) async {
        await withTaskGroup { group in
            group.addTask {
                if let goodbye = await socket.listen(to: inbound) { await socket.say(goodbye) }
            }
            group.addTask {
                guard let goodbye = await speak(target, to: socket, logger) else { return }
                await socket.say(goodbye)
                // Long enough for the client's answer, which ends the listening and with it all of this.
                await clock.wait(until: clock.now + Self.closingPatience)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Answers why we close; nil when there is nobody to tell.
    private func speak(_ target: LiveAdmission, to socket: LiveSocket, _ logger: Logger) async -> LiveSocket.Goodbye? {
        await withTaskGroup(of: LiveSocket.Goodbye?.self) { group in
            group.addTask { await tell(target, to: socket, logger) }
            group.addTask { await ping(socket, target) }
            group.addTask { (try? await gracefulShutdown()) == nil ? nil : .hostStops }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func tell(_ admission: LiveAdmission, to socket: LiveSocket, _ logger: Logger) async -> LiveSocket.Goodbye?
    {
        let tenant = admission.tenant
        do {
            switch admission.target {
            case .run(let id, let after):
                var feed = RunFeed(of: id, in: tenant, after: after, runs: runs, signals: signals, clock: clock)
                try await socket.send(RunChange.Cursor.liveGreeting(String(after)))
                while let entries = try await feed.next() {
                    for entry in entries { try await socket.send(entry.liveMessage(of: id)) }
                }
                return .runEnded
            case .tenant(let after):
                var feed = try await ChangeFeed(in: tenant, after: after, runs: runs, signals: signals, clock: clock)
                try await socket.send(RunChange.Cursor.liveGreeting(feed.cursor.text))
                while true {
                    for change in try await feed.next() { try await socket.send(change.liveMessage) }
                }
            }
        } catch is CancellationError {
            return nil
        } catch let error as ChannelError {
            logger.debug("a live connection broke", metadata: [LogKeys.error: "\(error)"])
            return nil
        } catch {
            logger.warning("a live feed broke off", metadata: [LogKeys.error: "\(error)"])
            return .failed
        }
    }

    /// Ends when the client has not been heard of for too long, or may not be here any more.
    private func ping(_ socket: LiveSocket, _ admission: LiveAdmission) async -> LiveSocket.Goodbye? {
        while !Task.isCancelled {
            let heard = socket.heard
            await clock.wait(until: clock.now + Self.pingInterval)
            guard !Task.isCancelled, (try? await socket.ping()) != nil else { return nil }
            await clock.wait(until: clock.now + Self.pingInterval)
            if socket.heard == heard { return nil }
            if await !isStanding(admission) { return .revoked }
        }
        return nil
    }
}

/// Something that a connection may hear of, and whose it is.
struct LiveAdmission: Sendable {
    let target: LiveTarget
    let tenant: TenantID
    /// Of the request that asked for it.
    let head: HTTPRequestHead
}
