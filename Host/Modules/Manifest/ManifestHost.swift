import PatchbayJSON
package import PatchbayOutbound

/// A host that the connector may send requests to.
package enum ManifestHost: Sendable, Equatable {
    case pattern(HostPattern)
    /// The host of the URL in that setting.
    case setting(String)
    /// Every host and port; a credential then goes only where its own record says.
    case any
}

extension ManifestHost {
    /// What would be right, for whoever wrote something else.
    static let forms = #"`name`, `name:port`, `*.name`, `*`, or {"setting": "<name of a setting that holds a URL>"}"#

    init?(_ value: JSON) {
        if let text = value.string {
            if text == "*" {
                self = .any
            } else if let pattern = HostPattern(text) {
                self = .pattern(pattern)
            } else {
                return nil
            }
        } else if let setting = value["setting"]?.string, value.object?.count == 1 {
            self = .setting(setting)
        } else {
            return nil
        }
    }
}
