import HTTPTypes
import Hummingbird
import Logging
import PatchbayCore

/// Gives every request a name, which the answer carries: the caller's own `X-Request-ID` when it is a sane one. And
/// says where it comes from, when that is behind the operator's own proxies.
struct RequestIdentity {
    let clock: any TimeSource
    /// How many proxies of the operator's stand in front, each of which adds to `X-Forwarded-For`.
    let proxies: Int

    func identify(_ context: inout APIContext, by request: Request) {
        context.requestID = name(request.headers[.requestID], at: clock.now)
        context.address = address(for: request.headers, from: context.address)
    }

    /// Where a request comes from that `peer` sent.
    func address(for headers: HTTPFields, from peer: String) -> String {
        guard proxies > 0 else { return peer }
        return Self.origin(headers[values: .forwardedFor], behind: proxies) ?? peer
    }

    /// `given` is the caller's own.
    func name(_ given: String?, at now: Timestamp) -> String {
        given.flatMap { Self.isSane($0) ? $0 : nil } ?? PatchbayCore.RequestID.new(at: now).description
    }

    /// What the outermost of our proxies saw. What stands before that in the header anybody may have written.
    static func origin(_ headers: [String], behind proxies: Int) -> String? {
        let hops = headers.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard hops.count >= proxies else { return nil }
        let hop = hops[hops.count - proxies].filter { $0 != " " && $0 != "\t" }
        let isAddress = (1...64).contains(hop.utf8.count) && hop.allSatisfy { $0.isHexDigit || ".:[]".contains($0) }
        return isAddress ? hop : nil
    }

    /// Letters, digits, `-`, `_`, `.`, at most 128: enough for every tracing scheme, and no harm in a log line.
    static func isSane(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                switch $0 {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
                default: false
                }
            }
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-ID")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
