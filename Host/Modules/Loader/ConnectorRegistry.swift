package import Logging
package import PatchbayCore
package import PatchbayJSON
import Synchronization

/// The connectors of a plugins folder: what is there, what it offers, and the open modules.
///
/// `scan` reads manifests only; a library is opened when it is first needed. One that cannot be used is listed with its
/// reason and stops nobody.
package final class ConnectorRegistry: Sendable {
    private struct Key: Hashable {
        var id: String
        var version: String
    }

    private struct State {
        var installed: [Key: InstalledConnector] = [:]
        /// The modules that take calls, by id.
        var opened: [String: [(version: Version, module: LoadedModule)]] = [:]
        /// Versions that only those get who name them.
        var withheld: Set<ConnectorPin> = []
        /// Versions that may connect by themselves, as far as their manifests ask for it.
        var granted: Set<ConnectorPin> = []
        /// The libraries that were built with the host.
        var trusted = TrustList()
        /// What keeps runners to themselves; nil until one was asked.
        var measures: RunnerMeasures?
        var isClosed = false
        /// Replaced modules whose calls go on; each ends by itself.
        var retirements: [Task<Void, Never>] = []
    }

    private let plugins: String
    private let shared: String?
    let checks: ManifestChecks
    let loader: ModuleLoader
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - plugins: The folder with `<id>/<version>/{manifest.json, <id>.so}`.
    ///   - shared: Another folder like it, with what is installed for all hosts; what stands in both comes from here.
    ///   - data: The host's private folder; copies of the libraries are kept in `modules` below it.
    ///   - prober: Tries libraries out before they are opened.
    ///   - isolation: Which connectors run in this process; the others run in runners, by the prober's program.
    package init(
        plugins: String, shared: String? = nil, data: String, prober: Prober, trust: TrustPolicy = .any,
        platform: HostPlatform = .current, isolation: IsolationPolicy = .inProcess, calls: CallTable = CallTable(),
        logger: Logger
    ) {
        self.plugins = plugins
        self.shared = shared
        self.logger = logger
        checks = ManifestChecks(platform: platform, trust: trust)
        let libraries = LibraryChecks(platform: platform, store: ModuleStore(folder: "\(data)/modules"))
        loader = ModuleLoader(checks: libraries, prober: prober, calls: calls, logger: logger, isolation: isolation)
    }

    /// Reads the plugins folder, also again: what has not changed stays as it is, except that what was refused may be tried
    /// again; what was replaced or removed ends its calls and is stopped.
    package func scan() async {
        let found = await BlockingWork.run { self.readFolder() }
        await readIsolation()
        let gone = state.withLock { state in
            guard !state.isClosed else { return [InstalledConnector]() }
            var gone = state.installed
            for connector in found {
                let key = Key(id: connector.id, version: connector.version)
                if let known = state.installed[key], known.isUsable, known.candidate == connector.candidate {
                    gone[key] = nil
                } else {
                    state.installed[key] = connector
                }
            }
            for (key, connector) in gone where state.installed[key] === connector { state.installed[key] = nil }
            return Array(gone.values)
        }
        for connector in gone { retire(connector) }
        noteOpened()
        for connector in found {
            if let refusal = connector.refusal {
                logger.warning(
                    "A connector cannot be used",
                    metadata: ["connector": "\(connector.id) \(connector.version)", "refusal": "\(refusal)"])
            }
        }
    }

    /// The open module of a connector version; opens it when nobody has. Of many who ask at the same time one does the work.
    /// A refusal stands until the next scan.
    package func module(_ id: String, _ version: Version) async throws(ConnectorRefusal) -> LoadedModule {
        if let module = opened(id, version) { return module }
        guard let connector = installed(id, version.description) else { throw notInstalled(id, version) }
        await load([connector])
        guard let answer = connector.answer else { throw notInstalled(id, version) }
        return try answer.get()
    }

    /// Opens connectors ahead of need: by id, the newest usable version, or by `id@version`. Those that were never probed
    /// share one child. Answers what could not be opened, in the order of the names.
    @discardableResult
    package func preload(_ names: [String]) async -> [(name: String, refusal: ConnectorRefusal)] {
        let wanted = names.map { (name: $0, connector: installed(named: $0)) }
        await load(wanted.compactMap(\.connector))
        return wanted.compactMap { name, connector in
            guard let connector else {
                return (
                    name,
                    ConnectorRefusal(
                        .notInstalled, have: "no usable connector `\(name)` in \(plugins)",
                        need: "an id, or id@version, of an installed one", hint: "Look at `patchbay connector list`.")
                )
            }
            guard case .failure(let refusal) = connector.answer else { return nil }
            return (name, refusal)
        }
    }

    /// Says which versions only those get who name them; replaces what was said before.
    package func withhold(_ pins: Set<ConnectorPin>) { state.withLock { $0.withheld = pins } }

    /// Says which versions the operator lets connect by themselves, beside those that the isolation policy names; replaces
    /// what was said before. Counts when a version is opened.
    package func letConnect(_ pins: Set<ConnectorPin>) { state.withLock { $0.granted = pins } }

    /// Ends all modules: calls may go on for `grace`, then they are cancelled. Nothing is opened afterwards.
    package func close(grace: Duration = .seconds(10)) async {
        let (connectors, retirements) = state.withLock { state in
            state.isClosed = true
            defer { state.retirements = [] }
            return (Array(state.installed.values), state.retirements)
        }
        await withTaskGroup(of: Void.self) { group in
            for connector in connectors {
                group.addTask { await self.end(connector, grace: grace) }
            }
        }
        for retirement in retirements { await retirement.value }
    }
}

extension ConnectorRegistry {
    private func readFolder() -> [InstalledConnector] {
        guard let shared else { return read(plugins) }
        let installed = read(shared)
        let known = Set(installed.map { Key(id: $0.id, version: $0.version) })
        return installed + read(plugins).filter { !known.contains(Key(id: $0.id, version: $0.version)) }
    }

    private func read(_ plugins: String) -> [InstalledConnector] {
        FileSystem.names(in: plugins).filter { FileSystem.isFolder("\(plugins)/\($0)") }.flatMap { id in
            FileSystem.names(in: "\(plugins)/\(id)").filter { FileSystem.isFolder("\(plugins)/\(id)/\($0)") }
                .map { version in
                    do throws(ConnectorRefusal) {
                        let folder = "\(plugins)/\(id)/\(version)"
                        let candidate = try checks.candidate(in: folder, id: id, version: version)
                        return InstalledConnector(id: id, version: version, .success(candidate))
                    } catch {
                        return InstalledConnector(id: id, version: version, .failure(error))
                    }
                }
        }
    }

    /// Brings connectors to an answer: those that nobody works on are worked on here, together; the others are waited for.
    private func load(_ connectors: [InstalledConnector]) async {
        var checked: [(connector: InstalledConnector, candidate: Candidate, library: CheckedLibrary)] = []
        var unprobed: Set<ObjectIdentifier> = []
        for connector in connectors {
            guard let candidate = connector.candidate, connector.apply(.needed) == [.check] else { continue }
            switch await loader.check(candidate) {
            case .failure(let refusal): fail(connector, refusal)
            case .success(let library):
                let commands = connector.apply(.checked(isProbed: library.isProbed))
                if commands == [.probe] { unprobed.insert(ObjectIdentifier(connector)) }
                if !commands.isEmpty { checked.append((connector, candidate, library)) }
            }
        }
        let probing = checked.filter { unprobed.contains(ObjectIdentifier($0.connector)) }
        let refusals = await loader.probe(probing.map { ($0.candidate, $0.library) })
        var toOpen = checked.filter { !unprobed.contains(ObjectIdentifier($0.connector)) }
        for (entry, refusal) in zip(probing, refusals) {
            if let refusal {
                fail(entry.connector, refusal)
            } else if entry.connector.apply(.probed) == [.open] {
                toOpen.append(entry)
            }
        }
        let (trusted, granted) = state.withLock { ($0.trusted, $0.granted) }
        for entry in toOpen {
            let manifest = entry.candidate.manifest
            let isTrusted = trusted.contains(entry.candidate.library.sha256)
            let pin = ConnectorPin(connector: manifest.id, version: manifest.version)
            switch await loader.open(
                entry.candidate, entry.library, isTrusted: isTrusted, mayConnect: granted.contains(pin))
            {
            case .failure(let refusal): fail(entry.connector, refusal)
            case .success(let module):
                let commands = entry.connector.apply(.opened, module, path: entry.library.path)
                if commands == [.drain] { startRetirement(of: entry.connector) }
            }
        }
        if !toOpen.isEmpty { noteOpened() }
        for connector in connectors { await connector.untilAnswered() }
    }

    /// Says once what runners are worth on this machine.
    private func readIsolation() async {
        let known = state.withLock { $0.measures }
        let (trusted, measures) = await isolationNow(known, in: plugins)
        if known == nil { measures?.log(to: logger) }
        state.withLock { ($0.trusted, $0.measures) = (trusted, measures) }
    }

    private func listing(of connector: InstalledConnector) -> ConnectorListing {
        let (trusted, measures) = state.withLock { ($0.trusted, $0.measures) }
        var listing = connector.listing
        listing.isolation = isolation(of: connector, trusted, measures)
        return listing
    }

    private func fail(_ connector: InstalledConnector, _ refusal: ConnectorRefusal) {
        _ = connector.apply(.failed(refusal))
        logger.warning(
            "A connector cannot be used",
            metadata: ["connector": "\(connector.id) \(connector.version)", "refusal": "\(refusal)"])
    }

    private func retire(_ connector: InstalledConnector) {
        if connector.apply(.unwanted) == [.drain] { startRetirement(of: connector) }
    }

    /// Calls of a replaced version may go on for as long as their own deadlines allow, so nobody waits for this but `close`.
    private func startRetirement(of connector: InstalledConnector) {
        let task = Task { await self.stop(connector, grace: .seconds(600)) }
        state.withLock { $0.retirements.append(task) }
    }

    private func end(_ connector: InstalledConnector, grace: Duration) async {
        let commands = connector.apply(.unwanted)
        if commands == [.drain] { await stop(connector, grace: grace) }
        await connector.untilAnswered()
    }

    private func stop(_ connector: InstalledConnector, grace: Duration) async {
        guard let (module, path) = connector.opened else { return }
        await loader.retire(module, path: path, atMost: grace)
        _ = connector.apply(.drained)
    }

    private func installed(_ id: String, _ version: String) -> InstalledConnector? {
        state.withLock { $0.isClosed ? nil : $0.installed[Key(id: id, version: version)] }
    }

    /// The open module without the detour over the version's text: each call of an operation asks this.
    func opened(_ id: String, _ version: Version) -> LoadedModule? {
        state.withLock { state in
            guard !state.isClosed, let modules = state.opened[id] else { return nil }
            return modules.first { $0.version == version }?.module
        }
    }

    /// Notes which modules are open, after one has been opened or retired.
    private func noteOpened() {
        state.withLock { state in
            state.opened = [:]
            for connector in state.installed.values {
                guard let module = connector.module else { continue }
                state.opened[connector.id, default: []].append((module.manifest.version, module))
            }
        }
    }

    private func installed(named name: String) -> InstalledConnector? {
        let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
        guard let id = parts.first else { return nil }
        guard parts.count == 1 else { return installed(id, parts[1]) }
        return versions(of: id).first.flatMap { installed(id, $0.description) }
    }

    private func notInstalled(_ id: String, _ version: Version) -> ConnectorRefusal {
        let others = versions(of: id).map(\.description).joined(separator: ", ")
        return ConnectorRefusal(
            .notInstalled, have: others.isEmpty ? "no connector `\(id)`" : "\(id) \(others)", need: "\(id) \(version)",
            hint: "Install that version, or save the workflow with an installed one.")
    }

    private var all: [InstalledConnector] { state.withLock { Array($0.installed.values) } }
}

extension ConnectorRegistry: ConnectorInventory {
    package var connectors: [String] { Set(all.filter(\.isUsable).map(\.id)).sorted() }

    package func versions(of connector: String) -> [Version] {
        let withheld = state.withLock { $0.withheld }
        return all.filter { $0.id == connector && $0.isUsable }.compactMap(\.candidate?.manifest.version)
            .filter { !withheld.contains(ConnectorPin(connector: connector, version: $0)) }.sorted(by: >)
    }

    package func operations(of connector: String, version: Version) -> [String] {
        usable(connector, version)?.manifest.operations.map(\.id) ?? []
    }

    package func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        guard let connector = installed(reference.connector, reference.version.description) else {
            let versions = versions(of: reference.connector)
            return .failure(versions.isEmpty ? .unknownConnector : .unknownVersion(installed: versions))
        }
        if let refusal = connector.refusal { return .failure(.refused(reason: refusal.description)) }
        guard let manifest = usable(reference.connector, reference.version)?.manifest else {
            return .failure(.unknownVersion(installed: versions(of: reference.connector)))
        }
        guard let declaration = manifest.declaration(of: reference.operation) else {
            return .failure(.unknownOperation(offered: manifest.operations.map(\.id)))
        }
        return .success(declaration)
    }

    package func listings() -> [ConnectorListing] {
        all.map(listing).sorted { a, b in
            guard a.id == b.id else { return a.id < b.id }
            switch (Version(a.version), Version(b.version)) {
            case (let a?, let b?): return a > b
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return a.version > b.version
            }
        }
    }

    package func manifest(of connector: String, version: Version) -> JSON? {
        usable(connector, version)?.manifest.document
    }

    private func usable(_ id: String, _ version: Version) -> Candidate? {
        installed(id, version.description).flatMap { $0.isUsable ? $0.candidate : nil }
    }
}
