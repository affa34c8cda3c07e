import CLibCurl
import Synchronization

/// Where any thread leaves what the loop's thread is to do.
final class TransferInbox: Sendable {
    enum Message: Sendable {
        case start(TransferOrder)
        case refuse(OutboundError, Transfer.Completion)
        case cancel(OutboundTicket)
        /// Ends all transfers and refuses later ones.
        case close
        /// Closes, and ends the thread.
        case end
    }

    private struct State {
        var messages: [Message] = []
        var nextTicket: UInt64 = 1
        /// The multi handle, as a bit pattern: pointers cannot be shared. Nil once it is gone, or about to be.
        var multi: UInt?
    }

    private let state = Mutex(State())

    func newTicket() -> OutboundTicket {
        state.withLock { state in
            defer { state.nextTicket += 1 }
            return OutboundTicket(number: state.nextTicket)
        }
    }

    func post(_ message: Message) {
        state.withLock { state in
            state.messages.append(message)
            // Under the lock, so that the handle cannot go meanwhile; it is the one call of libcurl's that other
            // threads may make.
            if let multi = state.multi { curl_multi_wakeup(UnsafeMutableRawPointer(bitPattern: multi)) }
        }
    }

    func take() -> [Message] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    func attach(_ multi: UnsafeMutableRawPointer) {
        state.withLock { $0.multi = UInt(bitPattern: multi) }
    }

    func detach() {
        state.withLock { $0.multi = nil }
    }
}
