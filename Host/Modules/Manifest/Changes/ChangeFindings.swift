import PatchbayJSON

/// Gathers changes while two manifests are gone through.
struct ChangeFindings {
    private(set) var changes: [ManifestChange] = []
    /// The operation that is being gone through.
    var operation: String?
    /// Pairs of references of the schemas at hand that have been gone through.
    var referred: Set<String> = []

    mutating func note(_ level: ManifestChange.Level, _ code: String, _ pointer: String, _ message: String) {
        changes.append(
            ManifestChange(level: level, code: code, operation: operation, pointer: pointer, message: message))
    }

    mutating func compareWhole(_ old: JSON, _ new: JSON) {
        if old["id"] != new["id"] {
            note(.breaking, "id-changed", "/id", "another connector: \(shown(old["id"])) became \(shown(new["id"]))")
        }
        compareTexts(old, new, "", ["name", "summary", "category", "license", "docs", "icon", "homepage"])
        compareABI(old["abi"], new["abi"])
        comparePlatform(old["platform"], new["platform"])
        if old["isolation"] != new["isolation"] {
            let isTrustAsked = new["isolation"] == "in_process"
            note(
                isTrustAsked ? .breaking : .compatible, "isolation-changed", "/isolation",
                "asks to run \(isTrustAsked ? "inside the host" : "in a process of its own")")
        }
        comparePermissions(old["permissions"] ?? [:], new["permissions"] ?? [:])
        compareLimits(old["limits"] ?? [:], new["limits"] ?? [:])
        SchemaComparison(.input, code: "setting").compare(
            old["settings"] ?? true, new["settings"] ?? true, at: "/settings", into: &self)
        compareOperations(old, new)
    }

    /// What only people read.
    mutating func compareTexts(_ old: JSON, _ new: JSON, _ pointer: String, _ names: [String]) {
        for name in names where old[name] != new[name] {
            let change = old[name] == nil ? "was added" : new[name] == nil ? "was removed" : "has another text"
            note(.compatible, "text-changed", pointer + JSON.pointerToken(name), "`\(name)` \(change)")
        }
    }

    private mutating func compareABI(_ old: JSON?, _ new: JSON?) {
        if old?["major"] != new?["major"] {
            note(
                .breaking, "abi-major-changed", "/abi/major",
                "needs ABI \(shown(new?["major"])) where it was \(shown(old?["major"]))")
        }
        guard let before = old?["least_minor"]?.int, let now = new?["least_minor"]?.int, before != now else { return }
        note(
            now > before ? .additive : .compatible, "abi-minor-changed", "/abi/least_minor",
            "needs a host with ABI minor \(now) where it was \(before)")
    }

    private mutating func comparePlatform(_ old: JSON?, _ new: JSON?) {
        // Only staged manifests have it.
        guard let old, let new, old["least_glibc"] != new["least_glibc"] else { return }
        note(
            .additive, "glibc-changed", "/platform/least_glibc",
            "needs glibc \(shown(new["least_glibc"])) where it was \(shown(old["least_glibc"]))")
    }

    private mutating func compareLimits(_ old: JSON, _ new: JSON) {
        for name in names(old, new) where old[name] != new[name] {
            let pointer = "/limits" + JSON.pointerToken(name)
            let text = "`\(name)` was \(shown(old[name])) and is \(shown(new[name]))"
            let isLess = (new[name]?.double ?? .infinity) < (old[name]?.double ?? .infinity)
            // Less time fails calls that used to end; more of anything else is asked of the host.
            let isHarmless = name == "timeout_ms" ? !isLess : isLess && old[name] != nil || name == "concurrency"
            note(isHarmless ? .compatible : .additive, "limit-changed", pointer, text)
        }
    }
}

/// Names of the members of either, those of the first before the others.
func names(_ old: JSON, _ new: JSON) -> [String] {
    let first = old.object?.names ?? []
    return first + (new.object?.names ?? []).filter { old[$0] == nil }
}

/// A value as it is told to people.
func shown(_ value: JSON?) -> String {
    guard let value else { return "absent" }
    let text = value.text
    return text.count > 80 ? "`\(text.prefix(77))…`" : "`\(text)`"
}
