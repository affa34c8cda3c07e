import PatchbayJSON

extension ChangeFindings {
    mutating func comparePermissions(_ old: JSON, _ new: JSON) {
        compareHosts(old["hosts"]?.array ?? [], new["hosts"]?.array ?? [])
        compareSlots(old["credentials"]?.array ?? [], new["credentials"]?.array ?? [])
        // Whatever else a connector may be allowed: more of it is for the operator to grant anew.
        for name in names(old, new) where !["hosts", "credentials"].contains(name) && old[name] != new[name] {
            let pointer = "/permissions" + JSON.pointerToken(name)
            if isLess(new[name], than: old[name]) {
                note(.compatible, "permission-removed", pointer, "`\(name)` asks for less: \(shown(new[name]))")
            } else {
                note(
                    .breaking, "permission-added", pointer,
                    "`\(name)` was \(shown(old[name])) and is \(shown(new[name]))")
            }
        }
    }

    private func isLess(_ new: JSON?, than old: JSON?) -> Bool {
        guard let new else { return true }
        if let now = new.array, let before = old?.array { return now.allSatisfy(before.contains) }
        if let now = new.double, let before = old?.double { return now < before }
        return new == false
    }

    private mutating func compareHosts(_ old: [JSON], _ new: [JSON]) {
        for (index, host) in new.enumerated() where !old.contains(host) && !old.contains(where: { covers($0, host) }) {
            note(.breaking, "host-added", "/permissions/hosts/\(index)", "may send requests to \(place(host)) too")
        }
        for (index, host) in old.enumerated() where !new.contains(host) && !new.contains(where: { covers($0, host) }) {
            // People may have pointed the setting elsewhere; what a name led to, the connector itself asked for.
            let isSetting = host["setting"] != nil
            note(
                isSetting ? .breaking : .compatible, "host-removed", "/permissions/hosts/\(index)",
                "sends no more requests to \(place(host))")
        }
    }

    private func covers(_ wide: JSON, _ narrow: JSON) -> Bool {
        if wide == "*" { return true }
        guard let wide = wide.string, let narrow = narrow.string, wide.hasPrefix("*."), narrow != "*" else {
            return false
        }
        let (wideName, widePort) = parts(wide.dropFirst(1))
        let (name, port) = parts(narrow.hasPrefix("*.") ? narrow.dropFirst(1) : narrow[...])
        return widePort == port && name.hasSuffix(wideName)
    }

    private func parts(_ host: Substring) -> (name: Substring, port: Substring) {
        let name = host.prefix { $0 != ":" }
        return (name, host[name.endIndex...])
    }

    private func place(_ host: JSON) -> String {
        if host == "*" { return "any host" }
        return host["setting"]?.string.map { "the host in the setting `\($0)`" } ?? "`\(host.string ?? host.text)`"
    }

    private mutating func compareSlots(_ old: [JSON], _ new: [JSON]) {
        for (index, slot) in old.enumerated() {
            guard let name = slot["name"]?.string else { continue }
            if let place = new.firstIndex(where: { $0["name"]?.string == name }) {
                compare(slot, new[place], name, at: "/permissions/credentials/\(place)")
            } else {
                note(
                    .breaking, "credential-removed", "/permissions/credentials/\(index)",
                    "the credential `\(name)` is gone")
            }
        }
        for (index, slot) in new.enumerated() {
            guard let name = slot["name"]?.string, !old.contains(where: { $0["name"]?.string == name }) else {
                continue
            }
            let isRequired = slot["required"]?.bool ?? true
            note(
                isRequired ? .breaking : .additive, "credential-added", "/permissions/credentials/\(index)",
                isRequired
                    ? "a further credential, `\(name)`, is needed" : "a further credential, `\(name)`, can be given")
        }
    }

    private mutating func compare(_ old: JSON, _ new: JSON, _ name: String, at pointer: String) {
        compareTexts(old, new, pointer, ["title", "about"])
        let (wasRequired, isRequired) = (old["required"]?.bool ?? true, new["required"]?.bool ?? true)
        if wasRequired != isRequired {
            note(
                isRequired ? .breaking : .additive, "credential-requirement-changed", pointer + "/required",
                "the credential `\(name)` is \(isRequired ? "needed now" : "no longer needed")")
        }
        if old["access"] != new["access"] {
            let isRead = new["access"] == "read"
            note(
                isRead ? .breaking : .compatible, "credential-access-changed", pointer + "/access",
                isRead ? "may read the secret of `\(name)`" : "no longer reads the secret of `\(name)`")
        }
        if old["check"] != new["check"] {
            note(
                .compatible, "credential-check-changed", pointer + "/check",
                "credentials for `\(name)` are checked by \(new["check"].map(shown) ?? "no action of their own")")
        }
        compareKinds(old["kinds"]?.array ?? [], new["kinds"]?.array ?? [], name, pointer + "/kinds")
    }

    /// Credentials keep what they were made with; but whoever makes one from now on sends the client's secret to what stands
    /// here, as much as to a host.
    private mutating func compareProviders(_ old: JSON, _ new: JSON, _ name: String, _ pointer: String) {
        for member in ["authorize_url", "token_url", "revoke_url"] where old[member] != new[member] {
            note(
                .breaking, "credential-provider-changed", "\(pointer)/\(member)",
                "`\(member)` of `\(name)` was \(shown(old[member])) and is \(shown(new[member]))")
        }
        if old["client_authentication"] != new["client_authentication"] {
            note(
                .compatible, "credential-kind-changed", "\(pointer)/client_authentication",
                "clients of `\(name)` prove who they are in another way: \(shown(new["client_authentication"]))")
        }
        let (had, has) = (old["scopes"]?.array ?? [], new["scopes"]?.array ?? [])
        let (added, dropped) = (has.filter { !had.contains($0) }, had.filter { !has.contains($0) })
        if !added.isEmpty {
            note(
                .additive, "credential-scopes-added", pointer + "/scopes",
                "`\(name)` asks for more: \(shown(.array(added))); what was allowed before lacks it")
        }
        if !dropped.isEmpty {
            note(
                .compatible, "credential-scopes-removed", pointer + "/scopes",
                "`\(name)` asks for less: no \(shown(.array(dropped)))")
        }
    }

    private mutating func compareKinds(_ old: [JSON], _ new: [JSON], _ name: String, _ pointer: String) {
        for kind in old where !new.contains(where: { $0["kind"] == kind["kind"] }) {
            note(
                .breaking, "credential-kind-removed", pointer,
                "`\(name)` takes no credential of kind \(shown(kind["kind"])) any more")
        }
        for (index, kind) in new.enumerated() {
            guard let before = old.first(where: { $0["kind"] == kind["kind"] }) else {
                note(
                    .additive, "credential-kind-added", "\(pointer)/\(index)",
                    "`\(name)` takes credentials of kind \(shown(kind["kind"])) too")
                continue
            }
            guard before != kind else { continue }
            if kind["kind"] == "oauth2" {
                compareProviders(before, kind, name, "\(pointer)/\(index)")
                continue
            }
            // Settings that say how a key is sent are the user's to fill in; a fixed place is the connector's own affair.
            let isUsers = before["in"]?["setting"] != nil || kind["in"]?["setting"] != nil
            note(
                isUsers ? .breaking : .compatible, "credential-kind-changed", "\(pointer)/\(index)",
                "`\(name)` is sent in another way: \(shown(kind))")
        }
    }
}
