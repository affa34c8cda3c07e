import HTTPTypes
import Hummingbird
import PatchbayCore

/// Where templates stand, by the name that a template keeps for good.
struct TemplateLinks {
    private let base: String

    /// `publicURL` is what the operator says; else the address that this request was sent to.
    init(publicURL: String?, request: Request) {
        base = WebhookLinks(publicURL: publicURL, request: request).base
    }

    func url(of listing: TemplateListing) -> String { "\(base)/api/v1/templates/\(listing.name)" }

    /// Says of whatever shows the template which address is the one to keep (RFC 6596).
    func canonical(_ listing: TemplateListing) -> HTTPFields { [.link: "<\(url(of: listing))>; rel=\"canonical\""] }
}

extension HTTPField.Name {
    static let link = HTTPField.Name("Link")!
}
