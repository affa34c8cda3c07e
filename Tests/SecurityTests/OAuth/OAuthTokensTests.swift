import PatchbayCore
import Testing

@testable import PatchbaySecurity

@Suite struct OAuthTokensTests {
    private let start = Timestamp(milliseconds: 1_760_000_000_000)

    private func tokens(lifetime: Int64?, refresh: String? = "r1") -> OAuthTokens {
        OAuthTokens(
            TokenGrant(access: Secret("a1"), refresh: refresh.map { Secret($0) }, lifetime: lifetime), at: start)
    }

    @Test func `a token is renewed before its end, not by all at the same moment`() {
        let hour = tokens(lifetime: 3_600)
        func need(_ second: Int64, _ chance: Double) -> OAuthTokens.Need {
            hour.need(at: start + second * 1_000, chance: chance)
        }
        #expect(need(3_479, 1) == .none)
        #expect(need(3_480, 1) == .soon)
        #expect(need(3_539, 0) == .none)
        #expect(need(3_540, 0) == .soon)
        #expect(need(3_599, 0) == .soon)
        #expect(need(3_600, 0) == .now)
        #expect(need(-100_000, 1) == .none, "a clock that was set back")
    }

    @Test func `short lives have short margins, unknown ones none`() {
        let short = tokens(lifetime: 10)
        #expect(short.need(at: start + 7_999, chance: 1) == .none)
        #expect(short.need(at: start + 8_000, chance: 1) == .soon)
        #expect(short.need(at: start + 10_000, chance: 1) == .now)
        #expect(tokens(lifetime: nil).need(at: start + 1_000_000_000, chance: 1) == .none)
    }

    @Test func `the old refresh token goes on where no new one came`() {
        let next = tokens(lifetime: 60).renewed(
            by: TokenGrant(access: Secret("a2"), lifetime: 60), using: Secret("r1"), at: start + 50_000)
        #expect(next.access == Secret("a2"))
        #expect(next.refresh == Secret("r1"))
        #expect(next.previousRefresh == nil)
        #expect(next.expiresAt == start + 110_000)
    }

    @Test func `the one before is kept beside a new one, and tried after it`() {
        let second = tokens(lifetime: 60).renewed(
            by: TokenGrant(access: Secret("a2"), refresh: Secret("r2")), using: Secret("r1"), at: start)
        #expect(second.refreshTokens == [Secret("r2"), Secret("r1")])
        let third = second.renewed(
            by: TokenGrant(access: Secret("a3"), refresh: Secret("r3")), using: Secret("r2"), at: start)
        #expect(third.refreshTokens == [Secret("r3"), Secret("r2")])
        #expect(third.secrets == [Secret("a3"), Secret("r3"), Secret("r2")])
        // The newest was refused, and the one before goes on counting.
        let again = second.renewed(by: TokenGrant(access: Secret("a4")), using: Secret("r1"), at: start)
        #expect(again.refreshTokens == [Secret("r1")])
    }

    @Test func `what was granted is remembered where nothing is said`() {
        var first = tokens(lifetime: 60)
        first.scope = "x y"
        let next = first.renewed(by: TokenGrant(access: Secret("a2")), using: Secret("r1"), at: start)
        #expect(next.scope == "x y")
        let less = first.renewed(by: TokenGrant(access: Secret("a2"), scope: "x"), using: Secret("r1"), at: start)
        #expect(less.scope == "x")
    }

    @Test func `content comes back from what is sealed`() {
        let fields = ["client_id": Secret("id"), "token_url": Secret("https://a.example/t")]
        #expect(OAuthContent(sealed: OAuthContent(fields: fields).members) == OAuthContent(fields: fields))
        var whole = tokens(lifetime: 60)
        whole.previousRefresh = Secret("r0")
        whole.scope = "x"
        for tokens in [whole, tokens(lifetime: nil, refresh: nil)] {
            let content = OAuthContent(fields: fields, tokens: tokens)
            #expect(OAuthContent(sealed: content.members) == content)
            #expect(content.client?.id == "id")
        }
    }
}
