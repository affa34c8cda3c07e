/// Packages that tenants submit, and those that everybody can install. They belong to the installation: who published one is
/// named, and what is published outlives its publisher.
package protocol PackageSubmissionStore: Sendable {
    /// Stores a submission in its state, with its package unless it is rejected. Throws `PackageConflict`.
    func submit(_ submission: PackageSubmission, package: [UInt8]) async throws
    /// Carries an event out, when it goes with the state. Nil: there is no such submission. Throws `PackageConflict`.
    func apply(
        _ event: SubmissionEvent, to pin: ConnectorPin, by: String, reasons: String, at: Timestamp
    ) async throws -> PackageSubmission?
    func submission(of pin: ConnectorPin) async throws -> PackageSubmission?
    /// Submissions of all tenants in a state, the oldest first.
    func submissions(in state: SubmissionState, page: PageRequest) async throws -> Page<PackageSubmission>
    /// A tenant's, by connector and version.
    func submissions(of tenant: TenantID, page: PageRequest) async throws -> Page<PackageSubmission>
    /// The newest version of each connector that is offered, by id: of those whose id, name or summary holds the text, whatever the
    /// case; nil: all.
    func published(matching text: String?, page: PageRequest) async throws -> Page<PackageSubmission>
    /// The published versions of a connector, recalled ones too, newest first.
    func published(_ connector: String) async throws -> [PackageSubmission]
    /// The bytes of a submission that was not rejected or taken back.
    func package(of pin: ConnectorPin) async throws -> [UInt8]?
    /// Recalls a published version, and disables it where it is installed; nil lifts the recall, and enables nothing. Nil when
    /// it is not published.
    func recall(_ recall: PackageRecall?, of pin: ConnectorPin) async throws -> PackageSubmission?
    /// Those of the versions that are recalled.
    func recalls(among pins: Set<ConnectorPin>) async throws -> [ConnectorPin: PackageRecall]
}

/// Why a package is not taken, or a submission is not what somebody wants it to be.
package enum PackageConflict: Error, Equatable, Sendable {
    /// It is in another state.
    case state(SubmissionState)
    /// Another tenant publishes the connector of that id, or has submitted this version.
    case connectorTaken(String)
    /// The tenant has as many waiting as it may.
    case tooManyPending(Int)
    /// Nothing more of the connector is published while that version is quarantined.
    case quarantined(ConnectorPin)
}
