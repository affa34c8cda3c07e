import Hummingbird
import Logging
import NIOCore
import PatchbayCore

/// What goes with one request through middleware and routes.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Stands in the answer's `X-Request-ID`, in error bodies and in log lines.
    var requestID = ""
    /// Who asks. Before the gate let the request through it is somebody who may nothing, in a tenant that is none.
    var caller = Caller(.installationKey, tenant: .none, permissions: [])
    /// Who it is for the audit log: known as soon as they have shown who they are, also when they may not go on.
    var actor = AuditActor.nobody
    /// What its handler adds to what is taken down of it.
    let audit = AuditNote()
    /// With what the caller signed in; nil: with a key.
    var session: SessionGrant?
    /// Where it comes from: an IP address, or empty.
    var address: String
    /// Where it is noted how the sender stands with the route's limit.
    var rates: RateNote?
    /// Without the request's name.
    let log: Logger
    /// Whose data the request sees.
    var tenant: TenantID { caller.tenant }

    init(source: Source) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
        var log = source.logger
        // The server numbers requests too; one name for a request is enough.
        if log.logLevel <= .info { log[metadataKey: "hb.request.id"] = nil }
        self.log = log
    }
}

extension APIContext {
    /// Its lines carry the request's name. Made when a line is written, since most requests write none.
    var logger: Logger { log.naming(requestID) }
}

extension Logger {
    /// The same, whose lines carry a request's name.
    func naming(_ requestID: String) -> Logger {
        var logger = self
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: LogKeys.requestID] = .string(requestID)
        return logger
    }
}

extension APIContext {
    /// Whom the request counts for: the tenant, or the address where nobody is known.
    func rateKey(_ rateClass: RateClass) -> RateKey {
        tenant == .none ? RateKey(rateClass, address: address) : RateKey(rateClass, tenant: tenant)
    }
}

/// Keys of what log lines carry.
enum LogKeys {
    static let requestID = "request.id"
    static let method = "request.method"
    static let path = "request.path"
    static let status = "response.status"
    static let duration = "response.ms"
    static let error = "error"
}

/// The rest of the chain, as the server's protocol (built without this package's concurrency defaults) has it.
typealias Next = @concurrent (Request, APIContext) async throws -> Response
