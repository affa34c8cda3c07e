package import PatchbayCore
package import PatchbayJSON

/// What changed between two versions of a connector, and which version number the newer one deserves.
///
/// Decided from the two manifests alone, by members rather than by the parts this host knows, so that what a later manifest
/// declares is not overlooked. `ConnectorSDK/Docs/versioning.md` has the rules as a table.
package struct ManifestComparison: Sendable, Equatable {
    package var connector: String
    package var old: Version
    package var new: Version
    /// Breaking ones first, otherwise in the manifest's order.
    package var changes: [ManifestChange]

    /// Both manifests, declared or staged, must be in order; `Manifest.read` says so.
    package init(_ old: Manifest, _ new: Manifest) {
        var findings = ChangeFindings()
        findings.compareWhole(old.document, new.document)
        connector = new.id
        self.old = old.version
        self.new = new.version
        let changes = findings.changes
        self.changes = ManifestChange.Level.allCases.reversed().flatMap { level in
            changes.filter { $0.level == level }
        }
    }

    /// The gravest of the changes; nil when nothing that is declared has changed.
    package var level: ManifestChange.Level? { changes.map(\.level).max() }

    /// The least version that tells users what to expect (https://semver.org). Below 1.0.0 the second number stands for the
    /// first, as `^0.2` reads it.
    package var deserved: Version {
        // A prerelease has promised nothing: any later version will do, its release first of all.
        if !old.prerelease.isEmpty { return Version(major: old.major, minor: old.minor, patch: old.patch) }
        switch (level, old.major) {
        case (nil, _): return old
        case (.compatible, _), (.additive, 0):
            return Version(major: old.major, minor: old.minor, patch: old.patch + 1)
        case (.additive, _), (.breaking, 0): return Version(major: old.major, minor: old.minor + 1, patch: 0)
        case (.breaking, _): return Version(major: old.major + 1, minor: 0, patch: 0)
        }
    }

    /// Whether the newer version's number says enough. A prerelease of the deserved version does.
    package var isNumberEnough: Bool {
        if !old.prerelease.isEmpty { return new >= old && (level == nil || new > old) }
        let release = Version(major: new.major, minor: new.minor, patch: new.patch)
        return level == nil ? new >= old : release >= deserved
    }

    /// Ids of the operations that something other than `compatible` concerns; a change of the whole connector concerns all
    /// that the older version had.
    package func touched(among operations: [String]) -> [String] {
        let grave = changes.filter { $0.level == .breaking }
        if grave.contains(where: { $0.operation == nil }) { return operations }
        return operations.filter { operation in grave.contains { $0.operation == operation } }
    }

    package var json: JSON {
        [
            "connector": .string(connector), "old": .string(old.description), "new": .string(new.description),
            "level": level.map { .string($0.rawValue) } ?? .null, "deserves": .string(deserved.description),
            "enough": .bool(isNumberEnough), "changes": .array(changes.map(\.json)),
        ]
    }
}

extension ManifestChange {
    package var json: JSON {
        [
            "level": .string(level.rawValue), "code": .string(code), "operation": operation.map(JSON.string) ?? .null,
            "pointer": .string(pointer), "message": .string(message),
        ]
    }
}
