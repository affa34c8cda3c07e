import Glibc

extension OutboundClient {
    /// Where a host is, as far as the operator lets connections go there: for what makes its own connections. Blocks while
    /// a name server is asked. Throws `resolveFailed`, or `egressDenied` when no address is allowed.
    ///
    /// - Parameters:
    ///   - port: nil where nobody knows it.
    ///   - tenant: what the operator lets the tenant reach that the connection is made for.
    package func addresses(
        ofHost host: String, port: Int? = nil, for tenant: TenantEgress = .unlimited
    ) throws(OutboundError) -> [IPAddress] {
        if let refusal = tenant.refusal(ofHost: host, port: port) { throw .refused(.egressDenied, refusal) }
        if let address = IPAddress(host) { return try allowed([address], of: host, for: tenant) }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &found)
        guard status == 0 else {
            throw .refused(.resolveFailed, "\(host) is not known: \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(found) }
        var addresses: [IPAddress] = []
        var next = found
        while let entry = next?.pointee {
            if let address = IPAddress(entry), !addresses.contains(address) { addresses.append(address) }
            next = entry.ai_next
        }
        return try allowed(addresses, of: host, for: tenant)
    }

    private func allowed(
        _ addresses: [IPAddress], of host: String, for tenant: TenantEgress
    ) throws(OutboundError) -> [IPAddress] {
        func refusal(_ address: IPAddress) -> String? {
            policy.refusal(of: address)?.description ?? tenant.refusal(of: address, within: policy)
        }
        let allowed = addresses.filter { refusal($0) == nil }
        guard allowed.isEmpty else { return allowed }
        guard let first = addresses.first, let refusal = refusal(first) else {
            throw .refused(.resolveFailed, "\(host) has no address")
        }
        throw .refused(.egressDenied, refusal)
    }
}

extension IPAddress {
    fileprivate init?(_ entry: addrinfo) {
        switch entry.ai_family {
        case AF_INET:
            let address = entry.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr }
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        case AF_INET6:
            let address = entry.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_addr }
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        default: return nil
        }
    }
}
