import Configuration
import PatchbayCore

/// Which key-encryption key tenants' data keys are wrapped with, and which others open them too.
struct KeySettings: Sendable {
    enum Source: Sendable {
        /// A file that must be there.
        case file(String)
        /// The file in the data folder, made at the first start.
        case ownFile
        case text(Secret)
        /// A key of AWS KMS.
        case amazon(String)
    }

    var current: Source
    var others: [Source]

    init(reading config: ConfigReader, list: (String?) -> [String]) throws {
        let given: [(name: String, source: Source?)] = [
            ("PATCHBAY_KEY_FILE", config.string(forKey: "patchbay.key.file").map { .file($0) }),
            (
                "PATCHBAY_MASTER_KEY",
                config.string(forKey: "patchbay.master.key", isSecret: true).map { .text(Secret($0)) }
            ),
            ("PATCHBAY_KMS_KEY", config.string(forKey: "patchbay.kms.key").map { .amazon($0) }),
        ]
        let set = given.filter { $0.source != nil }
        guard set.count < 2 else {
            let names = set.map(\.name).joined(separator: " and ")
            throw ConfigurationProblem(
                "\(names) are both set, but new data keys are wrapped with one key. Name the others in "
                    + "PATCHBAY_OTHER_KEYS, or PATCHBAY_OTHER_MASTER_KEYS.")
        }
        current = set.first?.source ?? .ownFile
        others =
            list(config.string(forKey: "patchbay.other.keys")).map { $0.hasPrefix("arn:") ? .amazon($0) : .file($0) }
            + list(config.string(forKey: "patchbay.other.master.keys", isSecret: true)).map { .text(Secret($0)) }
    }
}
