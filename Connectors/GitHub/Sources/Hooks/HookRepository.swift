import ConnectorSDK
import PatchbayJSON

/// The repository that an event is about.
struct HookRepository: Fields {
    @Field("Owner and name: `octo-org/octo-repo`.") var fullName: String
    @Field("The owner's login.") var owner: String
    @Field("Its name.") var name: String
    @Field("Its page.", .format("uri")) var url: String
    @Field("Its default branch.") var defaultBranch: String?
    @Field("Whether only members see it.") var isPrivate: Bool

    /// Throws `ConnectorError` of code `upstream` when the payload names none.
    init(of payload: JSON) throws(ConnectorError) {
        guard let json = payload["repository"], let fullName = json["full_name"]?.string,
            let name = json["name"]?.string
        else { throw ConnectorError(.upstream, "the payload names no repository", effect: .none) }
        self.init()
        self.fullName = fullName
        self.name = name
        owner = json["owner"]?["login"]?.string ?? json["owner"]?["name"]?.string ?? ""
        url = json["html_url"]?.string ?? ""
        defaultBranch = json["default_branch"]?.string
        isPrivate = json["private"]?.bool ?? false
    }

    init() {}
}
