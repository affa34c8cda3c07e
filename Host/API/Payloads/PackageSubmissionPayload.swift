import PatchbayCore
import PatchbayJSON

extension PackageSubmission {
    /// What everybody may know of a version, without its manifest.
    var json: JSONObject {
        let manifest = content.manifest
        return [
            "connector": .string(pin.connector), "version": .string(pin.version.description),
            "name": manifest["name"] ?? .null, "summary": manifest["summary"] ?? .null,
            "category": manifest["category"] ?? .null, "license": manifest["license"] ?? .null,
            "state": .string(submission.state.rawValue), "signer": .string(content.signer),
            "digest": .string(content.digest), "size": .int(Int64(content.size)),
            "permissions": manifest["permissions"] ?? .null, "check": check, "recall": recall.map(\.json) ?? .null,
            "submitted_at": .time(submission.submittedAt), "published_at": .time(publishedAt),
        ]
    }

    /// With what is between its tenant and the moderators.
    var shown: JSONObject {
        json.with("reasons", .string(submission.reasons)).with("held", .bool(submission.isHeld))
            .with("submitted_by", .string(submission.submittedBy))
            .with("decided_at", .time(submission.decidedAt))
    }

    /// Whether it passed, and the checks that say something.
    private var check: JSON {
        let checks = content.report["checks"]?.array ?? []
        func names(_ results: Set<String>) -> JSON {
            .array(checks.filter { results.contains($0["result"]?.string ?? "") }.compactMap { $0["check"] })
        }
        return [
            "passed": .bool(content.hasPassed), "failed": names(["failed", "crashed"]), "warnings": names(["warning"]),
            "skipped": names(["skipped"]),
        ]
    }
}

extension PackageRecall {
    var json: JSON {
        ["kind": .string(kind.rawValue), "reason": .string(reason), "at": .time(at)]
    }
}
