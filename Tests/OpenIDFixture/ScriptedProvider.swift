import Crypto
package import PatchbayCore
package import PatchbayJSON
package import Synchronization

/// A provider of identities in memory, which does what it is told: also what no provider should.
package final class ScriptedProvider: WebExchange {
    package struct State: Sendable {
        package var issuer = "https://id.example.com"
        package var keys = [TokenKey(id: "first")]
        /// Of whoever signs in there.
        package var person: JSONObject = [
            "sub": "person-1", "email": "ann@example.com", "email_verified": true, "name": "Ann",
        ]
        /// Stand in the place of what a token says by itself; null: it does not say so.
        package var claims: JSONObject = [:]
        package var header: JSONObject = [:]
        /// Stands in the place of the whole token.
        package var token: String?
        package var metadata: JSONObject = [:]
        /// What the other addresses answer in place of what they should.
        package var answers: [String: WebAnswer] = [:]
        /// How often each address was asked.
        package var counts: [String: Int] = [:]
        package var requests: [WebRequest] = []
        fileprivate var grants: [String: Grant] = [:]
    }

    fileprivate struct Grant: Sendable {
        var nonce: String
        var challenge: String
        var redirect: String
    }

    package let state = Mutex(State())
    private let clock: any TimeSource

    package init(clock: any TimeSource) { self.clock = clock }

    /// What a browser does there: signs in, and is sent back with `code` and `state`.
    package func visit(_ address: String) -> (code: String, state: String) {
        let query = Self.fields(address.split(separator: "?", maxSplits: 1).last.map(String.init) ?? "")
        let code = "code-\(UInt64.random(in: 0...UInt64.max))"
        state.withLock {
            $0.grants[code] = Grant(
                nonce: query["nonce"] ?? "", challenge: query["code_challenge"] ?? "",
                redirect: query["redirect_uri"] ?? "")
        }
        return (code, query["state"] ?? "")
    }

    package func exchange(_ request: WebRequest) async throws -> WebAnswer {
        let now = clock.now.milliseconds / 1_000
        return try state.withLock { state in
            guard request.url.hasPrefix(state.issuer) else { throw WebFailure("there is no such host") }
            let path = String(request.url.dropFirst(state.issuer.count))
            state.counts[path, default: 0] += 1
            state.requests.append(request)
            if let answer = state.answers[path] { return answer }
            switch (request.method, path) {
            case ("GET", "/.well-known/openid-configuration"): return Self.answer(.object(state.document))
            case ("GET", "/jwks"): return Self.answer(["keys": .array(state.keys.map { .object($0.published) })])
            case ("GET", "/userinfo"): return Self.answer(.object(state.person))
            case ("POST", "/token"):
                return try state.tokens(Self.fields(String(decoding: request.body, as: UTF8.self)), now)
            default: return WebAnswer(status: 404)
            }
        }
    }

    fileprivate static func answer(_ json: JSON, status: Int = 200) -> WebAnswer {
        WebAnswer(status: status, body: json.bytes())
    }

    private static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(halves[0])] = halves.count == 2 ? decoded(halves[1]) : ""
        }
        return fields
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ScriptedProvider.State {
    fileprivate var document: JSONObject {
        var document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize"),
            "token_endpoint": .string(issuer + "/token"), "jwks_uri": .string(issuer + "/jwks"),
            "userinfo_endpoint": .string(issuer + "/userinfo"),
        ]
        document.replace(by: metadata)
        return document
    }

    fileprivate mutating func tokens(_ form: [String: String], _ now: Int64) throws -> WebAnswer {
        let verifier = Array(SHA256.hash(data: Array((form["code_verifier"] ?? "").utf8)))
        guard form["grant_type"] == "authorization_code", let code = form["code"],
            // A code is good for once.
            let grant = grants.removeValue(forKey: code), grant.challenge == TokenKey.text(verifier),
            grant.redirect == form["redirect_uri"], let key = keys.first
        else { return ScriptedProvider.answer(["error": "invalid_grant"], status: 400) }
        var said: JSONObject = [
            "iss": .string(issuer), "aud": "patchbay", "exp": .int(now + 300), "iat": .int(now),
            "nonce": .string(grant.nonce),
        ]
        said.replace(by: person)
        said.replace(by: claims)
        let text = try token ?? key.token(said, header: header)
        return ScriptedProvider.answer(["access_token": "at", "token_type": "Bearer", "id_token": .string(text)])
    }
}

extension JSONObject {
    /// What is null there is taken away.
    package mutating func replace(by others: JSONObject) {
        for member in others {
            if member.value.isNull {
                removeValue(named: member.name)
            } else {
                self[member.name] = member.value
            }
        }
    }
}
