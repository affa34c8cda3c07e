import PatchbayOutbound
import Synchronization

/// Requests of one module that have no answer yet.
final class HTTPRequests: Sendable {
    private struct Open {
        let client: any RequestSender
        /// Nil until the client has taken it on.
        var ticket: OutboundTicket?
        var isAborted = false
    }

    private let open = Mutex<[UInt64: Open]>([:])

    /// Never reused in this process.
    private static let counter = Atomic<UInt64>(0)

    /// Notes a request that is about to start, and gives it its number.
    func reserve(on client: any RequestSender) -> UInt64 {
        let id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        open.withLock { $0[id] = Open(client: client) }
        return id
    }

    /// Notes that it has started. It may have been given up already, or answered.
    func started(_ id: UInt64, as ticket: OutboundTicket) {
        let client: (any RequestSender)? = open.withLock { open in
            open[id]?.ticket = ticket
            return open[id]?.isAborted == true ? open[id]?.client : nil
        }
        client?.cancel(ticket)
    }

    /// Gives a request up; false when it is over.
    @discardableResult
    func abort(_ id: UInt64) -> Bool {
        let found: (isOpen: Bool, cancel: (client: any RequestSender, ticket: OutboundTicket)?) = open.withLock {
            open in
            guard let request = open[id] else { return (false, nil) }
            open[id]?.isAborted = true
            return (true, request.ticket.map { (request.client, $0) })
        }
        if let (client, ticket) = found.cancel { client.cancel(ticket) }
        return found.isOpen
    }

    func ended(_ id: UInt64) {
        open.withLock { $0[id] = nil }
    }
}
