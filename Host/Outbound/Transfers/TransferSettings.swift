import CLibCurl
import Glibc

/// The options that all requests of a client have in common, read and checked once.
struct TransferSettings: Sendable {
    /// Seconds after which a changed file of authorities is read again.
    private static let authoritiesAge = 600

    private let route: OutboundRoute
    private let connectTimeout: Int64
    private let authoritiesFile: String?
    /// The system's authorities and the operator's, when there are both.
    private let allAuthorities: [UInt8]?

    init(route: OutboundRoute, limits: OutboundLimits) throws(OutboundError) {
        self.route = route
        connectTimeout = limits.connectTimeout
        let usual = pb_curl_usual_authorities().map { String(cString: $0) }
        authoritiesFile = route.authorities ?? usual.flatMap { access($0, R_OK) == 0 ? $0 : nil }
        if let extra = route.extraAuthorities {
            let base: [UInt8] = if let authoritiesFile { try Self.certificates(in: authoritiesFile) } else { [] }
            allAuthorities = base + [UInt8(ascii: "\n")] + (try Self.certificates(in: extra))
        } else {
            if let named = route.authorities { _ = try Self.certificates(in: named) }
            allAuthorities = nil
        }
    }

    func apply(to easy: EasyHandle) throws(CurlFailure) {
        try easy.set(CURLOPT_NOSIGNAL, 1)
        try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try easy.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        // Each hop is checked, so it is followed here and not there.
        try easy.set(CURLOPT_FOLLOWLOCATION, 0)
        try easy.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        // An empty text also keeps libcurl from reading the environment's variables.
        try easy.set(CURLOPT_PROXY, route.proxy ?? "")
        try easy.set(CURLOPT_NOPROXY, "")
        try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, Int(connectTimeout))
        // A name server that does not answer must not hold up the thread when its request is given up.
        try easy.set(CURLOPT_QUICK_EXIT, 1)
        try easy.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        try easy.set(CURLOPT_ACCEPT_ENCODING, "")
        try easy.set(CURLOPT_USERAGENT, route.userAgent)
        try applyTrust(to: easy)
    }

    func apply(_ journey: Journey, to easy: EasyHandle) throws(CurlFailure) {
        try easy.set(CURLOPT_URL, journey.wireURL)
        let isHead = journey.method == "HEAD"
        let carriesBody = !journey.body.isEmpty || ["POST", "PUT", "PATCH"].contains(journey.method)
        if isHead {
            try easy.set(CURLOPT_NOBODY, 1)
        } else if carriesBody {
            try easy.set(body: journey.body)
        }
        if !isHead { try easy.set(CURLOPT_CUSTOMREQUEST, journey.method) }
        let headers = journey.wireHeaders
        let namesType = headers.contains { $0.name.lowercased() == "content-type" }
        try easy.set(headers: headers, suppressing: namesType ? ["Expect"] : ["Expect", "Content-Type"])
    }

    private func applyTrust(to easy: EasyHandle) throws(CurlFailure) {
        try easy.set(CURLOPT_SSL_VERIFYPEER, 1)
        try easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        try easy.set(CURLOPT_CA_CACHE_TIMEOUT, Self.authoritiesAge)
        if let allAuthorities {
            try easy.set(CURLOPT_CAINFO_BLOB, blob: allAuthorities)
        } else if let authoritiesFile {
            try easy.set(CURLOPT_CAINFO, authoritiesFile)
        } else {
            return
        }
        // With a folder beside the file libcurl would read all certificates again for every connection.
        try easy.set(CURLOPT_CAPATH, nil)
    }

    private static func certificates(in path: String) throws(OutboundError) -> [UInt8] {
        guard let file = fopen(path, "re") else {
            throw .refused(
                .tlsFailed, "the file of authorities \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= largestAuthorities {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.count <= largestAuthorities, text.contains("-----BEGIN ") else {
            throw .refused(
                .tlsFailed,
                "the file of authorities \(path) holds no certificate in PEM form, or more than "
                    + "\(largestAuthorities) bytes")
        }
        return bytes
    }

    /// The bundles of distributions hold about 250 KiB.
    private static let largestAuthorities = 16 << 20
}
