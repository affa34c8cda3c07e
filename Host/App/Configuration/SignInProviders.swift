import Configuration
import PatchbayCore
import PatchbayOutbound
import PatchbaySecurity

/// Who vouches for people (OpenID Connect), as the operator says: one provider by `PATCHBAY_OIDC_ISSUER` and its like,
/// or several that `PATCHBAY_OIDC_PROVIDERS` names, each by `PATCHBAY_OIDC_<NAME>_ISSUER`.
struct SignInProviders: Sendable {
    /// More is a mistake.
    private static let most = 20

    var providers: [OpenIDSettings]
    /// Private networks that a provider may lie in; connectors do not reach them by that.
    var policy: EgressPolicy

    init(reading config: ConfigReader, publicURL: String?) throws {
        let names = Self.list(config, "patchbay.oidc.providers")
        if names.isEmpty {
            guard config.string(forKey: "patchbay.oidc.issuer") != nil else {
                (providers, policy) = ([], EgressPolicy())
                return
            }
            providers = [try Self.provider("oidc", below: "patchbay.oidc", config)]
        } else {
            guard names.count <= Self.most, Set(names).count == names.count, names.allSatisfy(Self.isName) else {
                throw ConfigurationProblem(
                    "PATCHBAY_OIDC_PROVIDERS is \(names.joined(separator: ",")), needs up to \(Self.most) different "
                        + "names of lower-case letters and digits.")
            }
            providers = try names.map { try Self.provider($0, below: "patchbay.oidc.\($0)", config) }
        }
        guard let publicURL, OpenIDSettings.isSafe(publicURL) else {
            throw ConfigurationProblem(
                "PATCHBAY_PUBLIC_URL is \(publicURL ?? "not set"), needs to be the https:// address that browsers reach this "
                    + "installation by: providers send people back there.")
        }
        do {
            policy = try EgressPolicy(
                parsing: Self.list(config, "patchbay.oidc.allow.networks").joined(separator: ","))
        } catch {
            throw ConfigurationProblem("PATCHBAY_OIDC_ALLOW_NETWORKS holds \(error.item), needs networks: 10.0.0.0/8,…")
        }
    }

    private static func provider(_ id: String, below key: String, _ config: ConfigReader) throws -> OpenIDSettings {
        func text(_ name: String, isSecret: Bool = false) -> String? {
            config.string(forKey: ConfigKey("\(key).\(name)"), isSecret: isSecret).flatMap { $0.isEmpty ? nil : $0 }
        }
        /// As the operator knows it.
        func variable(_ name: String) -> String {
            "\(key).\(name)".uppercased().split(separator: ".").joined(separator: "_")
        }
        guard let issuer = text("issuer"), OpenIDSettings.isSafe(issuer), !issuer.contains("?"), !issuer.contains("#")
        else {
            throw ConfigurationProblem(
                "\(variable("issuer")) is \(text("issuer") ?? "not set"), needs the provider's https:// address, exactly as "
                    + "the provider writes it.")
        }
        guard let client = text("client.id") else {
            throw ConfigurationProblem("\(variable("client.id")) is not set; the provider gives it to you.")
        }
        var scopes = (text("scopes") ?? "openid email profile").split { $0 == " " || $0 == "," }.map(String.init)
        if !scopes.contains("openid") { scopes.insert("openid", at: 0) }
        let domains = list(config, ConfigKey("\(key).domains"))
        return OpenIDSettings(
            id: id, title: text("name") ?? "Single sign-on", issuer: issuer, clientID: client,
            clientSecret: text("client.secret", isSecret: true).map { Secret($0) }, scopes: scopes, domains: domains,
            newcomers: try newcomers(text("role"), text("tenant"), domains, variable))
    }

    private static func newcomers(
        _ roleText: String?, _ tenantText: String?, _ domains: [String], _ variable: (String) -> String
    ) throws -> OpenIDSettings.Newcomers? {
        guard let roleText else { return nil }
        guard let role = Role(rawValue: roleText), role != .owner else {
            let roles = Role.allCases.filter { $0 != .owner }.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationProblem("\(variable("role")) is \(roleText), needs one of \(roles).")
        }
        guard !domains.isEmpty else {
            throw ConfigurationProblem(
                "\(variable("role")) lets people in without an invitation, and needs \(variable("domains")): the domains of "
                    + "their addresses.")
        }
        guard let tenant = tenantText.map({ TenantID($0) }) ?? .initial else {
            throw ConfigurationProblem("\(variable("tenant")) is \(tenantText ?? ""), needs a tenant's id: ten_….")
        }
        return OpenIDSettings.Newcomers(tenant: tenant, role: role)
    }

    private static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }

    private static func list(_ config: ConfigReader, _ key: ConfigKey) -> [String] {
        let text = config.string(forKey: key) ?? config.stringArray(forKey: key)?.joined(separator: ",") ?? ""
        return text.split { $0 == "," || $0 == " " }.map(String.init)
    }
}
