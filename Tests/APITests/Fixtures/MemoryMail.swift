import PatchbayCore
import Synchronization

/// Keeps letters.
final class MemoryMail: MailSender {
    private let sent: Mutex<[Mail]> = Mutex([])

    var letters: [Mail] { sent.withLock(\.self) }

    func send(_ mail: Mail) async throws { post(mail) }

    func post(_ mail: Mail) { sent.withLock { $0.append(mail) } }
}
