import PatchbayJSON

/// What a check calls, as the parent made it of the manifest and the seed.
struct CheckPlan {
    struct Operation {
        var id: [UInt8]
        /// Name of its credential slot; empty when it has none.
        var credential: [UInt8]
        /// A JSON object that the settings schema allows, with what the host adds for this operation.
        var settings: [UInt8]
        /// JSON texts that its input schema allows.
        var inputs: [[UInt8]]
        /// JSON texts that its input schema forbids.
        var wrong: [[UInt8]]
        /// JSON texts to answer its requests with, besides errors; empty for operations that change something.
        var replies: [String]
    }

    /// A secret that was handed out, in one of the forms in which it may come back.
    struct Secret {
        /// "as it is", "in Base64", …
        var form: String
        var bytes: [UInt8]
    }

    var operations: [Operation]
    var secrets: [Secret]
    /// How many calls a fuzzing process makes.
    var calls: Int
    /// How many calls may run at the same time.
    var concurrency: Int
    /// Bytes that the whole process may use.
    var memory: Int

    /// Nil when it is none.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let operations = json["operations"]?.array,
            let settings = json["settings"]?.string, let concurrency = json["concurrency"]?.int,
            let memory = json["memory"]?.int
        else { return nil }
        self.operations = operations.map { Operation($0, settings: settings) }
        secrets = (json["secrets"]?.array ?? []).map { secret in
            Secret(form: secret["form"]?.string ?? "", bytes: Array((secret["text"]?.string ?? "").utf8))
        }
        calls = max(1, Int(clamping: json["calls"]?.int ?? 300))
        self.concurrency = max(1, Int(clamping: concurrency))
        self.memory = Int(clamping: memory)
    }
}

extension CheckPlan.Operation {
    /// - Parameter settings: Those of all calls, for an operation that has none of its own.
    init(_ json: JSON, settings: String) {
        func texts(_ name: String) -> [String] { json[name]?.array?.compactMap(\.string) ?? [] }
        id = Array((json["id"]?.string ?? "").utf8)
        credential = Array((json["credential"]?.string ?? "").utf8)
        self.settings = Array((json["settings"]?.string ?? settings).utf8)
        inputs = texts("inputs").map { Array($0.utf8) }
        wrong = texts("wrong").map { Array($0.utf8) }
        replies = texts("replies")
    }

    var name: String { String(decoding: id, as: UTF8.self) }
}
