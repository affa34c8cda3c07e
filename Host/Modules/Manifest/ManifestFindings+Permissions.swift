import PatchbayCore
import PatchbayJSON

extension ManifestFindings {
    mutating func permissions(
        _ node: ManifestNode, settings: JSON?
    ) -> (
        hosts: [ManifestHost], credentials: [CredentialDeclaration], libraries: [SystemLibrary],
        sockets: SocketDeclaration?
    ) {
        var hosts: [ManifestHost] = []
        for element in array("hosts", of: node) {
            guard let host = value(of: element, need: ManifestHost.forms, { ManifestHost($0.value) }) else { continue }
            if case .setting(let name) = host, settings != nil, settings?["properties"]?[name] == nil {
                problem(
                    element.pointer, "names the setting `\(name)`, which is not declared",
                    need: "a member of /settings/properties")
            }
            hosts.append(host)
        }
        var credentials: [CredentialDeclaration] = []
        for element in array("credentials", of: node) {
            guard let credential = credential(element, settings) else { continue }
            if credentials.contains(where: { $0.name == credential.name }) {
                problem(element.pointer + "/name", "repeats `\(credential.name)`", need: "a name of its own")
            }
            credentials.append(credential)
        }
        let known = SystemLibrary.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
        let libraries = array("libraries", of: node, isRequired: false).compactMap { element in
            value(of: element, need: known) { $0.value.string.flatMap(SystemLibrary.init(rawValue:)) }
        }
        let sockets = object("sockets", of: node, isRequired: false).flatMap { self.sockets($0, settings) }
        onlyKnown(["hosts", "credentials", "libraries", "sockets"], of: node)
        return (hosts, credentials, libraries, sockets)
    }

    private mutating func sockets(_ node: ManifestNode, _ settings: JSON?) -> SocketDeclaration? {
        let host = required("host", of: node, need: #"{"setting": …} with a member of /settings/properties"#) {
            guard let name = $0.value["setting"]?.string else { return Optional<String>.none }
            return settings == nil || settings?["properties"]?[name] != nil ? name : nil
        }
        let ports = array("ports", of: node).compactMap { element in
            value(of: element, need: "a port from 1 to 65535") {
                $0.value.int.flatMap { UInt16(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
            }
        }
        if ports.count > 256 { problem(node.pointer + "/ports", "has \(ports.count) ports", need: "at most 256") }
        onlyKnown(["host", "ports"], of: node)
        guard let host else { return nil }
        return SocketDeclaration(hostSetting: host, ports: ports)
    }

    private mutating func credential(_ node: ManifestNode, _ settings: JSON?) -> CredentialDeclaration? {
        guard value(of: node, need: "an object", { $0.value.object }) != nil else { return nil }
        let name = required("name", of: node, need: ManifestName.snake.need) {
            $0.value.string.flatMap(ManifestName.snake.accept)
        }
        let title = text("title", of: node)
        let about = optionalText("about", of: node, longest: 10_000)
        let isRequired = optional("required", of: node, need: "true or false") { $0.value.bool }
        let access = word("access", of: node, CredentialDeclaration.Access.self)
        let elements = array("kinds", of: node)
        if elements.isEmpty { problem(node.pointer + "/kinds", "names no kind", need: "at least one") }
        var kinds: [CredentialDeclaration.Kind] = []
        for element in elements {
            guard let kind = credentialKind(element, settings) else { continue }
            if kinds.contains(where: { $0.kind == kind.kind }) {
                problem(element.pointer, "repeats the kind `\(kind.kind.rawValue)`", need: "each kind once")
            }
            kinds.append(kind)
        }
        // Whether there is such an action is seen when the operations have been read.
        let check = optional("check", of: node, need: ManifestName.snake.need) {
            $0.value.string.flatMap(ManifestName.snake.accept)
        }
        onlyKnown(["name", "title", "about", "required", "access", "kinds", "check"], of: node)
        guard let name, let title, let access else { return nil }
        return CredentialDeclaration(
            name: name, title: title, about: about ?? "", isRequired: isRequired ?? true, access: access, kinds: kinds,
            check: check)
    }

    /// Whether what slots name as their checks can be called with nothing but the credential, and does nothing.
    mutating func checks(of slots: [CredentialDeclaration], among operations: [ManifestOperation]) {
        for (index, slot) in slots.enumerated() {
            guard let check = slot.check else { continue }
            let named = operations.first { $0.id == check }
            let isFit = named.map { operation in
                operation.kind == .action && operation.effect == .read && operation.credential == slot.name
                    && operation.input["required"]?.array?.isEmpty ?? true
            }
            guard isFit != true else { continue }
            problem(
                "/permissions/credentials/\(index)/check",
                named == nil ? "names `\(check)`, which is no operation" : "names `\(check)`, which cannot be a check",
                need: "an action with the effect `read` and the credential `\(slot.name)` that needs no input")
        }
    }

    private mutating func credentialKind(
        _ node: ManifestNode, _ settings: JSON?
    ) -> CredentialDeclaration.Kind? {
        let need = #"{"kind": …} with `bearer`, `basic`, `api_key`, `secret` or `oauth2`"#
        guard let kind = value(of: node, need: need, { $0.value["kind"]?.string.flatMap(kindOf) }) else { return nil }
        if kind == "basic", node.value["sign"] != nil { return awsSignature(node, settings) }
        if kind == "oauth2" { return oauthProvider(node) }
        guard kind == "api_key" else {
            onlyKnown(["kind"], of: node)
            return switch kind {
            case "bearer": .bearer
            case "basic": .basic
            default: .secret
            }
        }
        onlyKnown(["kind", "in", "name", "prefix"], of: node)
        if node.value["in"]?.object != nil { return chosenKey(node, settings) }
        let place = required("in", of: node, need: #"`header`, `query` or {"setting": …}"#) {
            $0.value.string.flatMap { ["header", "query"].contains($0) ? $0 : nil }
        }
        let name = required("name", of: node, need: "the name of the header or parameter: visible ASCII without `:`") {
            $0.value.string.flatMap(fieldName)
        }
        let prefix = optional("prefix", of: node, need: "a text of at most 200 printable ASCII characters") {
            $0.value.string.flatMap { CredentialDeclaration.Kind.isPrefix($0) ? $0 : nil }
        }
        guard let place, let name else { return nil }
        return place == "header"
            ? .header(name: name, prefix: prefix ?? "") : .query(name: name, prefix: prefix ?? "")
    }

    /// A key with which requests are signed instead of being sent along.
    private mutating func awsSignature(_ node: ManifestNode, _ settings: JSON?) -> CredentialDeclaration.Kind? {
        let scheme = required("sign", of: node, need: "`aws4`") { $0.value.string == "aws4" ? "aws4" : nil }
        let service = text("service", of: node, longest: 63)
        let region = required("region", of: node, need: #"{"setting": …} with a member of /settings/properties"#) {
            guard let name = $0.value["setting"]?.string else { return Optional<String>.none }
            return settings == nil || settings?["properties"]?[name] != nil ? name : nil
        }
        onlyKnown(["kind", "sign", "service", "region"], of: node)
        guard scheme != nil, let service, let region else { return nil }
        return .awsSignature(service: service, regionSetting: region)
    }

    /// An API key whose place, name and prefix stand in settings.
    private mutating func chosenKey(_ node: ManifestNode, _ settings: JSON?) -> CredentialDeclaration.Kind? {
        let need = #"{"setting": …} with a member of /settings/properties"#
        let read = { (node: ManifestNode) -> String? in
            guard let name = node.value["setting"]?.string else { return nil }
            return settings == nil || settings?["properties"]?[name] != nil ? name : nil
        }
        let place = required("in", of: node, need: need, read)
        let name = required("name", of: node, need: need, read)
        let prefix = optional("prefix", of: node, need: need, read)
        guard let place, let name else { return nil }
        return .chosen(placeSetting: place, nameSetting: name, prefixSetting: prefix)
    }
}

private func kindOf(_ text: String) -> String? {
    ["bearer", "basic", "api_key", "secret", "oauth2"].contains(text) ? text : nil
}

private func fieldName(_ text: String) -> String? {
    CredentialDeclaration.Kind.isFieldName(text) ? text : nil
}
