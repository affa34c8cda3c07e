import PatchbayCore
import PatchbayJSON
import PatchbaySchemas

/// What the checks call: examples and values that the schemas allow or forbid, made by the seed.
struct CheckPlan {
    private(set) var json: JSON

    init(_ manifest: Manifest, seed: UInt64) {
        json = [
            "settings": .string(Self.settings(manifest, seed: seed).text),
            "concurrency": .int(Int64(manifest.limits.concurrency)),
            "memory": .int(max(manifest.limits.memory ?? 0, RunnerLimits().memory)),
            "operations": .array(
                manifest.operations.enumerated().map { index, operation in
                    Self.operation(operation, of: manifest, seed: seed &+ UInt64(index))
                }),
        ]
    }

    /// What is needed to open a library and ask who it is.
    static let nothing = CheckPlan(json: ["settings": "{}", "concurrency": 1, "memory": 0, "operations": []])

    /// The settings of the calls.
    var settings: JSON { json["settings"]?.string.flatMap { try? JSON(parsing: $0) } ?? [:] }

    /// Operations that there is no allowed input for.
    var withoutInputs: [String] {
        (json["operations"]?.array ?? []).filter { $0["inputs"]?.array?.isEmpty ?? true }.compactMap {
            $0["id"]?.string
        }
    }

    private init(json: JSON) { self.json = json }

    private static func operation(_ operation: ManifestOperation, of manifest: Manifest, seed: UInt64) -> JSON {
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
