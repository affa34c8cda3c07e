import PatchbayCore
import PatchbayJSON
import PatchbaySchemas

/// What the checks call: examples and values that the schemas allow or forbid, made by the seed.
struct CheckPlan {
    private(set) var json: JSON
    /// The secret that the calls are made with.
    let canary: Canary

    /// - Parameter calls: How many a fuzzing process makes.
    init(_ manifest: Manifest, seed: UInt64, calls: Int = 300) {
        let settings = Self.settings(manifest, seed: seed)
        canary = Canary(manifest, seed: seed)
        let canary = canary
        json = [
            "calls": .int(Int64(calls)),
            "secrets": .array(canary.forms.map { ["form": .string($0.form), "text": .string($0.text)] }),
            "settings": .string(settings.text),
            "concurrency": .int(Int64(manifest.limits.concurrency)),
            "memory": .int(max(manifest.limits.memory ?? 0, RunnerLimits().memory)),
            "operations": .array(
                manifest.operations.enumerated().map { index, operation in
                    var json = Self.operation(operation, of: manifest, seed: seed &+ UInt64(index))
                    if let whole = canary.settings(settings, of: operation) { json["settings"] = .string(whole.text) }
                    return .object(json)
                }),
        ]
    }

    /// What is needed to open a library and ask who it is.
    static let nothing = CheckPlan()

    /// The settings of the calls.
    var settings: JSON { json["settings"]?.string.flatMap { try? JSON(parsing: $0) } ?? [:] }

    /// An input of an operation, as its calls take them one after the other.
    func input(_ index: Int, of operation: String) -> JSON? {
        let inputs = member("inputs", of: operation)
        return inputs.indices.contains(index) ? try? JSON(parsing: inputs[index]) : nil
    }

    /// What its requests are answered with, besides errors.
    func replies(of operation: String) -> [String] { member("replies", of: operation) }

    private func member(_ name: String, of operation: String) -> [String] {
        let found = json["operations"]?.array?.first { $0["id"]?.string == operation }
        return found?[name]?.array?.compactMap(\.string) ?? []
    }

    /// Operations that there is no allowed input for.
    var withoutInputs: [String] {
        (json["operations"]?.array ?? []).filter { $0["inputs"]?.array?.isEmpty ?? true }.compactMap {
            $0["id"]?.string
        }
    }

    private init() {
        json = ["settings": "{}", "concurrency": 1, "memory": 0, "operations": []]
        canary = Canary()
    }

    private static func operation(_ operation: ManifestOperation, of manifest: Manifest, seed: UInt64) -> JSONObject {
        let schema = try? Schema(operation.input)
        func fits(_ value: JSON) -> Bool { value.object != nil && schema?.validate(value).isEmpty ?? true }
        var samples = SampleInputs(operation.input, seed: seed)
        var inputs = manifest.examples(of: operation.id).filter(fits)
        for _ in 0..<40 where inputs.count < 8 {
            let value = samples.value()
            if fits(value), !inputs.contains(value) { inputs.append(value) }
        }
        var wrong: [JSON] = []
        for _ in 0..<200 where wrong.count < 24 && !inputs.isEmpty {
            let value = samples.broken(inputs[wrong.count % inputs.count])
            if let schema, !schema.validate(value).isEmpty, !wrong.contains(value) { wrong.append(value) }
        }
        // What looks like an answer that something comes of; only where no answer can have changed anything.
        var answers = SampleInputs(operation.output, seed: seed)
        let replies: [JSON] = operation.effect == .read ? [[:], [], answers.value()] : []
        return [
            "id": .string(operation.id), "credential": .string(operation.credential ?? ""),
            "inputs": .array(inputs.map { .string($0.text) }), "wrong": .array(wrong.map { .string($0.text) }),
            "replies": .array(replies.map { .string($0.text) }),
        ]
    }

    /// Defaults; an address that leads nowhere where a setting names a host.
    private static func settings(_ manifest: Manifest, seed: UInt64) -> JSON {
        guard let schema = try? Schema(manifest.settings) else { return [:] }
        var settings = schema.defaults()
        guard var members = settings.object else { return [:] }
        for case .setting(let name) in manifest.hosts where members[name] == nil {
            members[name] = .string(address)
        }
        settings = .object(members)
        if schema.validate(settings).isEmpty { return settings }
        var samples = SampleInputs(manifest.settings, seed: seed)
        for _ in 0..<40 {
            let value = samples.value()
            if schema.validate(value).isEmpty { return value }
        }
        return settings
    }

    /// A name that never leads anywhere (RFC 6761).
    static let address = "https://patchbay.invalid"
}

extension Manifest {
    /// The inputs of an operation's examples.
    func examples(of operation: String) -> [JSON] {
        let operations = document["operations"]?.array ?? []
        let found = operations.first { $0["id"]?.string == operation }
        return found?["examples"]?.array?.compactMap { $0["input"] } ?? []
    }
}
