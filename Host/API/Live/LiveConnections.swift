import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity
import ServiceLifecycle

/// Tells runs' changes over WebSocket: one text message of JSON each, in order, each once.
struct LiveConnections: Sendable {
    let key: AdminKey
    let runs: any RunStore
    let signals: RunSignals
    let clock: any WaitableTime

    /// Milliseconds between two pings; a client that is silent twice as long is gone.
    private static let pingInterval: Int64 = 30_000
    /// Milliseconds that a client has to answer the goodbye.
    private static let closingPatience: Int64 = 5_000

    /// Whether the request names something to hear of, with the right key. Says nothing of what is wrong: the request
    /// then is answered as an ordinary one, by `LiveRoutes`.
    func mayHave(_ head: HTTPRequestHead) async -> Bool {
        guard let target = LiveTarget(uri: head.uri) else { return false }
        let authorization = head.headers.first(name: "Authorization")
        guard Authentication(key: key).accepts(authorization) else { return false }
        guard case .run(let id, _) = target else { return true }
        return (try? await runs.run(id, in: .initial)) != nil
    }

    func serve(
        _ target: LiveTarget, on channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, logger: Logger
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
        _ target: LiveTarget, _ socket: LiveSocket, _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
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
    private func speak(_ target: LiveTarget, to socket: LiveSocket, _ logger: Logger) async -> LiveSocket.Goodbye? {
        await withTaskGroup(of: LiveSocket.Goodbye?.self) { group in
            group.addTask { await tell(target, to: socket, logger) }
            group.addTask { await ping(socket) }
            group.addTask { (try? await gracefulShutdown()) == nil ? nil : .hostStops }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func tell(_ target: LiveTarget, to socket: LiveSocket, _ logger: Logger) async -> LiveSocket.Goodbye? {
        do {
            switch target {
            case .run(let id, let after):
                var feed = RunFeed(of: id, in: .initial, after: after, runs: runs, signals: signals, clock: clock)
                try await socket.send(RunChange.Cursor.liveGreeting(String(after)))
                while let entries = try await feed.next() {
                    for entry in entries { try await socket.send(entry.liveMessage(of: id)) }
                }
                return .runEnded
            case .tenant(let after):
                var feed = try await ChangeFeed(in: .initial, after: after, runs: runs, signals: signals, clock: clock)
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

    /// Ends when the client has not been heard of for too long.
    private func ping(_ socket: LiveSocket) async -> LiveSocket.Goodbye? {
        while !Task.isCancelled {
            let heard = socket.heard
            await clock.wait(until: clock.now + Self.pingInterval)
            guard !Task.isCancelled, (try? await socket.ping()) != nil else { return nil }
            await clock.wait(until: clock.now + Self.pingInterval)
            if socket.heard == heard { return nil }
        }
        return nil
    }
}
