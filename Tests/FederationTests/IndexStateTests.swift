import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import Testing

struct IndexStateTests {
    private static let minute: Int64 = 60_000
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    private func document(_ serial: Int64, name: String = "acme") -> IndexDocument {
        IndexDocument(name: name, serial: serial, templates: [], connectors: [])
    }

    private func offer(_ serial: Int64, name: String = "acme", digest: String? = nil, etag: String? = nil)
        -> IndexAnswer
    {
        .offered(document(serial, name: name), digest: digest ?? "d\(serial)", etag: etag)
    }

    @Test func `a newer index takes the place of the one before`() {
        var state = IndexState(IndexProgress(), interval: 60 * Self.minute)
        let first = state.take(offer(3, etag: "\"a\""), at: start)
        #expect(first.content != nil && first.next == start + 60 * Self.minute)
        #expect(state.progress.serial == 3 && state.progress.title == "acme" && state.progress.etag == "\"a\"")
        #expect(state.take(offer(3, etag: "\"b\""), at: start).content == nil)
        #expect(state.progress.etag == "\"b\"")
        #expect(state.take(.unchanged, at: start + 1).content == nil)
        #expect(state.take(offer(9), at: start + 2).content != nil)
        #expect(state.progress.changedAt == start + 2 && state.progress.error == nil)
    }

    @Test(arguments: [
        (IndexAnswer.failed(IndexFailure(.untrusted, "No.")), IndexFailure.Code.untrusted),
        (
            .offered(IndexDocument(name: "acme", serial: 2, templates: [], connectors: []), digest: "x", etag: nil),
            .rolledBack
        ),
        (
            .offered(IndexDocument(name: "acme", serial: 3, templates: [], connectors: []), digest: "x", etag: nil),
            .serialReused
        ),
        (
            .offered(IndexDocument(name: "beta", serial: 9, templates: [], connectors: []), digest: "x", etag: nil),
            .renamed
        ),
    ])
    func `what is not newer and the same leaves the last good one`(answer: IndexAnswer, code: IndexFailure.Code) {
        var state = IndexState(IndexProgress(), interval: 60 * Self.minute)
        _ = state.take(offer(3, etag: "\"a\""), at: start)
        let good = state.progress
        let step = state.take(answer, at: start + 5)
        #expect(step.content == nil)
        #expect(state.progress.error?.code == code)
        #expect(state.progress.error?.message.isEmpty == false)
        #expect(state.progress.serial == 3 && state.progress.digest == good.digest && state.progress.etag == "\"a\"")
        #expect(state.progress.changedAt == good.changedAt && state.progress.checkedAt == start + 5)
    }

    @Test func `the longer it fails the later it is asked, and success forgets that`() {
        var state = IndexState(IndexProgress(), interval: 10 * Self.minute)
        let failure = IndexAnswer.failed(IndexFailure(.unreachable, "Nobody is there."))
        let pauses = (0..<9).map { _ in state.take(failure, at: start).next - start }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { $0 * Self.minute })
        #expect(state.progress.failures == 9)
        _ = state.take(offer(1), at: start)
        #expect(state.progress.failures == 0 && state.progress.error == nil)
        #expect(state.take(failure, at: start).next == start + Self.minute)
    }

    @Test func `nothing is as it was before there was anything`() {
        var state = IndexState(IndexProgress(), interval: 10 * Self.minute)
        _ = state.take(.unchanged, at: start)
        #expect(state.progress.error?.code == .unreachable)
    }
}
