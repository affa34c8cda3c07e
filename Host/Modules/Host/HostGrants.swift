import PatchbayJSON
import PatchbayOutbound

/// Where a connector's requests may go in one call, and where its secret may.
struct HostGrants: Equatable {
    var hosts: [HostPattern] = []
    var secretHosts: [HostPattern] = []

    /// The secret goes where the manifest names a host, by name or by a setting, and where the credential's own record says;
    /// never to a host that is allowed only because every host is.
    init(_ declared: [ManifestHost], settings: JSONObject, credentialHosts: [String]) {
        var isAny = false
        for host in declared {
            switch host {
            case .pattern(let pattern): hosts.append(pattern)
            case .setting(let name):
                if let url = settings[name]?.string, let pattern = HostPattern(ofURL: url) { hosts.append(pattern) }
            case .any: isAny = true
            }
        }
        secretHosts = hosts + credentialHosts.compactMap { HostPattern($0) }
        if isAny, let any = HostPattern("*") { hosts.append(any) }
    }
}
