package import PatchbayJSON

/// One connector version that was found, usable or not.
package struct ConnectorListing: Sendable, Equatable {
    package enum State: String, Sendable {
        /// Its manifest is in order; the library is opened when first needed.
        case available
        /// The library is open.
        case loaded
        /// It cannot be used; `refusal` says why.
        case refused
    }

    /// From the manifest, or from the folder's name where that cannot be read.
    package var id: String
    package var version: String
    package var name: String
    package var summary: String
    package var category: String
    package var state: State
    package var refusal: ConnectorRefusal?
    /// Of the library, in lower-case hexadecimal; nil where it could not be read.
    package var sha256: String?
    /// Where it runs, or would; nil for what cannot be used.
    package var isolation: ConnectorIsolation?

    package init(
        id: String, version: String, name: String, summary: String, category: String, state: State,
        refusal: ConnectorRefusal? = nil, sha256: String? = nil, isolation: ConnectorIsolation? = nil
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.summary = summary
        self.category = category
        self.state = state
        self.refusal = refusal
        self.sha256 = sha256
        self.isolation = isolation
    }
}

/// Why a connector cannot be used: what is there, what is needed, and what to do.
package struct ConnectorRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable word, such as `abi-mismatch`.
    package var code: String
    package var have: String
    package var need: String
    /// What to do, as a sentence.
    package var hint: String

    package init(code: String, have: String, need: String, hint: String) {
        self.code = code
        self.have = have
        self.need = need
        self.hint = hint
    }

    package var description: String { "\(code): have \(have), need \(need). \(hint)" }
}

/// The catalogue with what people want to see of it.
package protocol ConnectorInventory: ConnectorCatalogue {
    /// Sorted by id, then newest version first.
    func listings() -> [ConnectorListing]
    /// The manifest of a usable connector version.
    func manifest(of connector: String, version: Version) -> JSON?
}
