import PatchbayCore
import PatchbayJSON

/// A request that hands a notice over, and what its answer means to trying again.
struct NoticeRequest {
    let web: any TenantWebExchange
    let tenant: TenantID

    /// An answer from 200 to 299. Throws `NoticeFailure`.
    func send(_ request: WebRequest, to whom: String) async throws -> WebAnswer {
        let answer: WebAnswer
        do {
            answer = try await web.exchange(request, for: tenant)
        } catch let error as WebFailure {
            throw NoticeFailure(error.description)
        }
        switch answer.status {
        case 200..<300: return answer
        case 408, 425, 429, 500...:
            throw NoticeFailure("\(whom) answered with \(answer.status)", retryAfter: wait(answer))
        // Also what leads elsewhere: what is sent is for that address.
        default: throw NoticeFailure("\(whom) answered with \(answer.status)", isFinal: true)
        }
    }

    /// Milliseconds, at most an hour; only where it is given in seconds.
    private func wait(_ answer: WebAnswer) -> Int64? {
        answer.header("retry-after").flatMap { Int64($0) }.map { min(max($0, 1), 3_600) * 1_000 }
    }
}

extension CredentialSource {
    /// What a notice is sent with. Throws `NoticeFailure` when it is not there.
    func grant(of notice: PendingNotice) async throws -> CredentialGrant {
        guard let name = notice.notice.data["credential"]?.string else {
            throw NoticeFailure("the message names no credential", isFinal: true)
        }
        guard let grant = try await grant(named: name, in: notice.tenant, for: .upkeep("notice")) else {
            throw NoticeFailure("there is no credential \(name.quoted) any more", isFinal: true)
        }
        return grant
    }
}
