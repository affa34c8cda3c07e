import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

/// Brings the connectors that a template needs and hosts lack, of those that are published.
///
/// What is brought goes the way of every installation: this host's checks under its trust policy first, then to all hosts.
struct ConnectorOffers: Sendable {
    let packages: any PackageSubmissionStore
    let examiner: any PackageExaminer
    let installer: any ConnectorInstaller
    let log: any AuditLog
    let clock: any TimeSource
    /// Whether a tenant's admins may bring connectors too.
    let tenantsMayBring: Bool

    /// What there is for a need.
    struct Offer: Sendable {
        let need: ConnectorNeed
        /// The newest offered version that fits; nil: none does.
        let package: PackageSubmission?
        let obstacle: Obstacle?
    }

    /// Why the caller cannot bring it.
    enum Obstacle: String, Sendable, CaseIterable {
        case notPublished = "not-published"
        case notTrusted = "not-trusted"
        /// It asks to open connections of its own, which an operator grants when they install it.
        case asksForPorts = "asks-for-ports"
        case notAllowed = "not-allowed"

        var hint: String {
            switch self {
            case .notPublished: "no published version fits; an operator installs one with: patchbay connector install"
            case .notTrusted: "hosts take no connectors of its signer; ask an operator"
            case .asksForPorts:
                "it asks for connections of its own; an operator installs it with: patchbay connector install --may-connect"
            case .notAllowed: "an operator installs it, or installs the template with \"install_connectors\""
            }
        }
    }

    func offers(for needs: [ConnectorNeed], _ context: APIContext) async throws -> [Offer] {
        var offers: [Offer] = []
        for need in needs {
            let package = try await packages.published(need.connector).first {
                $0.isOffered && need.range.contains($0.pin.version)
            }
            offers.append(Offer(need: need, package: package, obstacle: obstacle(to: package, context)))
        }
        return offers
    }

    private func obstacle(to package: PackageSubmission?, _ context: APIContext) -> Obstacle? {
        guard let package else { return .notPublished }
        if !examiner.trusts(package.content.signer) { return .notTrusted }
        if let sockets = package.content.manifest["permissions"]?["sockets"], !sockets.isNull { return .asksForPorts }
        let isAllowed =
            context.isOperator || tenantsMayBring && context.caller.lacks([.connectorConfigure]) == nil
        return isAllowed ? nil : .notAllowed
    }

    /// Installs what is missing, one after the other; what was installed stays when another cannot be.
    func bring(_ needs: [ConnectorNeed], _ context: APIContext) async throws -> [ConnectorPin] {
        let offers = try await offers(for: needs, context)
        guard offers.allSatisfy({ $0.obstacle == nil }) else { throw APIError.obstructed(offers) }
        var brought: [ConnectorPin] = []
        for package in offers.compactMap(\.package) {
            do {
                try await install(package, context)
            } catch {
                throw APIError.cut(error, after: brought)
            }
            brought.append(package.pin)
        }
        return brought
    }

    private func install(_ package: PackageSubmission, _ context: APIContext) async throws {
        let pin = package.pin
        guard let bytes = try await packages.package(of: pin) else {
            throw APIError.noPackage(pin.connector, pin.version.description)
        }
        switch try await installer.install(bytes, mayConnect: false, by: context.actor.name) {
        case .installed:
            // Operators read of it in the installation's log, whoever brought it.
            try await log.append([
                AuditEvent(
                    .connectorInstalled, by: context.actor, in: nil, at: clock.now,
                    on: AuditEvent.Resource("connector", pin.description),
                    details: [
                        "digest": .string(package.content.digest), "tenant": .string(context.tenant.description),
                    ])
            ])
        case .unchanged: break
        case .taken(let installation): throw APIError.taken(installation)
        }
    }
}

extension ConnectorOffers.Offer {
    /// What a dry run says of it.
    var json: JSON {
        [
            "version": package.map { .string($0.pin.version.description) } ?? .null,
            "signer": package.map { .string($0.content.signer) } ?? .null,
            "permissions": package.flatMap { $0.content.manifest["permissions"] } ?? .null,
            "check_passed": package.map { .bool($0.content.hasPassed) } ?? .null,
            "may_install": .bool(obstacle == nil), "obstacle": obstacle.map { .string($0.rawValue) } ?? .null,
            "hint": obstacle.map { .string($0.hint) } ?? .null,
        ]
    }
}

extension APIError {
    /// Nothing was installed, since not all of it can be.
    fileprivate static func obstructed(_ offers: [ConnectorOffers.Offer]) -> APIError {
        let open = offers.filter { $0.obstacle != nil }
        let words = open.map { "\($0.need.connector.quoted) \($0.need.versions): \($0.obstacle?.hint ?? "")" }
        let isForbidden = open.contains { $0.obstacle == .notAllowed }
        var details: JSONObject = [
            "connectors": .array(
                open.map {
                    [
                        "id": .string($0.need.connector), "version": .string($0.need.versions),
                        "obstacle": .string($0.obstacle?.rawValue ?? ""),
                    ]
                })
        ]
        if isForbidden { details["permission"] = .string(Permission.installationManage.rawValue) }
        return APIError(
            isForbidden ? .forbidden : .connectorRefused,
            "Connectors that are missing cannot be installed with the template. \(words.joined(separator: "; ")).",
            details: details)
    }

    /// What was installed before something went wrong stays, and is told.
    static func cut(_ error: any Error, after brought: [ConnectorPin]) -> any Error {
        guard !brought.isEmpty, var told = APIError(translating: error) else { return error }
        told.details["connectors_installed"] = .pins(brought)
        return told
    }
}

extension JSON {
    static func pins(_ pins: [ConnectorPin]) -> JSON { .array(pins.map { .string($0.description) }) }
}
