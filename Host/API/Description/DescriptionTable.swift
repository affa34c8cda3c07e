import HTTPTypes

/// All descriptions; those of guarded routes by their paths below `/api/v1`, as in `AccessTable`.
enum DescriptionTable {
    static let guarded: [Description] =
        workflows + webhooks + schedules + polls + alerts + templates + submissions + reviews + reports + publishers
        + analytics + installations + indexes
        + running
        + repeating + tasks + events + connectors + packages + marketplace
        + credentials + expressions + signingIn + providers
        + sessions
        + members + tenants + tenancy + audit + product

    static func description(_ method: HTTPRequest.Method, _ path: String) -> Description? {
        byRoute["\(method.rawValue) \(path)"]
    }

    private static let byRoute = Dictionary(
        (guarded + open).map { ("\($0.method.rawValue) \($0.path)", $0) }, uniquingKeysWith: { first, _ in first })
}
