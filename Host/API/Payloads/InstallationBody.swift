import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

/// `{"template_id", "version", "parameters", "credentials", "name", "dry_run", "install_connectors"}`, or for an
/// update `{"version", "parameters", "credentials", "prefer", "dry_run"}`.
struct InstallationBody {
    let template: String?
    let version: String?
    let choices: TemplateChoices
    let preference: ThreeWayMerge.Preference?
    let isTrial: Bool
    /// Whether connectors that are missing are to be installed.
    let bringsConnectors: Bool

    init(_ body: JSON, isNew: Bool) throws(APIError) {
        let own = isNew ? ["template_id", "templateId", "name"] + Self.bringing : ["prefer"]
        var reader = try MemberReader(
            body: body, known: ["version", "parameters", "credentials", "dry_run", "dryRun"] + own)
        let spelling = reader.object["templateId"] == nil ? "template_id" : "templateId"
        template = isNew ? reader.text(spelling, required: true, limit: 100) : nil
        version = reader.text("version", limit: 64)
        preference = reader.word("prefer", of: ThreeWayMerge.Preference.self)
        isTrial = reader.bool("dry_run") ?? reader.bool("dryRun") ?? false
        bringsConnectors = reader.bool(Self.bringing[0]) ?? reader.bool(Self.bringing[1]) ?? false
        var credentials: [String: String] = [:]
        for member in reader.object("credentials") ?? [:] {
            if let name = member.value.string {
                credentials[member.name] = name
            } else {
                reader.report(
                    "wrong-type", at: "credentials",
                    "\(member.name.quoted) of \"credentials\" must be the name of a credential")
            }
        }
        choices = TemplateChoices(
            parameters: reader.object("parameters") ?? [:], credentials: credentials,
            workflowName: isNew ? reader.text("name") : nil)
        try reader.check()
    }

    private static let bringing = ["install_connectors", "installConnectors"]
}

extension TemplateChoices {
    /// What was chosen before, as far as the version still asks for it, with what is chosen now.
    func over(_ base: TemplateInstallation.Base, for document: TemplateDocument) -> TemplateChoices {
        var choices = self
        for parameter in document.parameters where choices.parameters[parameter.name] == nil {
            choices.parameters[parameter.name] = base.parameters[parameter.name]
        }
        for need in document.credentials where choices.credentials[need.name] == nil {
            choices.credentials[need.name] = base.credentials[need.name]?.string
        }
        return choices
    }
}
