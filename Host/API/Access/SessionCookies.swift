import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbaySecurity

/// The two cookies of a session (RFC 6265): the one that opens it, which no script can read, and the one that tells the
/// page what to send in `X-CSRF-Token`.
struct SessionCookies: Sendable {
    /// Whether browsers reach the host by TLS only.
    let isSecure: Bool

    init(publicURL: String?) { isSecure = publicURL?.lowercased().hasPrefix("https://") ?? false }

    /// `__Host-`: no other host of the domain can set it.
    private var sessionName: String { isSecure ? "__Host-patchbay_session" : "patchbay_session" }
    private static let proofName = "patchbay_csrf"

    /// The session that a request's `Cookie` headers name. A name that is there twice was planted, and counts as none.
    func session(in headers: some Sequence<String>) -> AccessToken? {
        Self.value(sessionName, in: headers).flatMap { AccessToken($0, kind: .session) }
    }

    private static func value(_ name: String, in headers: some Sequence<String>) -> String? {
        var found: [Substring] = []
        for header in headers {
            for part in header.split(separator: ";") {
                let halves = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if halves.count == 2, halves[0] == name { found.append(halves[1]) }
            }
        }
        return found.count == 1 ? String(found[0]) : nil
    }

    func session(in request: Request) -> AccessToken? { session(in: request.headers[values: .cookie]) }

    // MARK: A sign-in that is under way at a provider

    private var questionName: String { isSecure ? "__Host-patchbay_question" : "patchbay_question" }

    /// What the browser was sent to a provider with.
    func question(in request: Request) -> String? { Self.value(questionName, in: request.headers[values: .cookie]) }

    /// `Lax`, since the provider sends the browser back by a link of its own page.
    func keeping(question text: String, for seconds: Int64) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(questionName)=\(text); Path=/; Max-Age=\(seconds)" + (isSecure ? "; Secure" : "")
                + "; HttpOnly; SameSite=Lax")
    }

    var forgettingQuestion: HTTPField { keeping(question: "", for: 0) }

    // MARK: A session

    /// - Parameter seconds: Until it ends.
    func opening(_ token: AccessToken, for seconds: Int64) -> HTTPFields {
        headers(session: token.secret.reveal(), proof: token.forgeryProof, seconds: seconds)
    }

    var closing: HTTPFields { headers(session: "", proof: "", seconds: 0) }

    private func headers(session: String, proof: String, seconds: Int64) -> HTTPFields {
        let common = "; Path=/; Max-Age=\(seconds)" + (isSecure ? "; Secure" : "")
        var headers = HTTPFields()
        headers.append(HTTPField(name: .setCookie, value: "\(sessionName)=\(session)\(common); HttpOnly; SameSite=Lax"))
        headers.append(HTTPField(name: .setCookie, value: "\(Self.proofName)=\(proof)\(common); SameSite=Strict"))
        return headers
    }
}

extension HTTPField.Name {
    static let forgeryProof = HTTPField.Name("X-CSRF-Token")!
    static let tenant = HTTPField.Name("X-Tenant-ID")!
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
