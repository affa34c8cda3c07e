import PatchbayCore
import PatchbayJSON
import Synchronization

/// One connector version of the plugins folder, as it was found, and what became of it.
final class InstalledConnector: Sendable {
    /// Names of its folders.
    let id: String
    let version: String
    /// Nil when its manifest is not in order.
    let candidate: Candidate?

    private struct Life {
        var state: ModuleState
        var module: LoadedModule?
        /// Where the module was opened.
        var path = ""
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let life: Mutex<Life>

    init(id: String, version: String, _ candidate: Result<Candidate, ConnectorRefusal>) {
        self.id = id
        self.version = version
        switch candidate {
        case .success(let candidate):
            self.candidate = candidate
            life = Mutex(Life(state: ModuleState()))
        case .failure(let refusal):
            self.candidate = nil
            life = Mutex(Life(state: ModuleState(.refused(refusal))))
        }
    }

    var phase: ModuleState.Phase { life.withLock { $0.state.phase } }

    /// The module, once it is active.
    var module: LoadedModule? {
        life.withLock { life in life.state.phase == .active ? life.module : nil }
    }

    /// Tells what happened, lets those who wait know where that ends something, and answers what else is to be done.
    func apply(_ event: ModuleState.Event, _ module: LoadedModule? = nil, path: String = "") -> [ModuleState.Command] {
        let (commands, waiting) = life.withLock { life in
            let commands = life.state.apply(event)
            if let module { (life.module, life.path) = (module, path) }
            guard commands.contains(.answer) else { return (commands, [CheckedContinuation<Void, Never>]()) }
            defer { life.waiting = [] }
            return (commands, life.waiting)
        }
        for continuation in waiting { continuation.resume() }
        return commands.filter { $0 != .answer }
    }

    /// What is to be stopped, when it has been opened.
    var opened: (module: LoadedModule, path: String)? {
        life.withLock { life in life.module.map { ($0, life.path) } }
    }

    /// Waits until what is under way has come to an end; returns at once when nothing is.
    func untilAnswered() async {
        await withCheckedContinuation { continuation in
            let isUnderWay = life.withLock { life in
                switch life.state.phase {
                case .checking, .probing, .opening:
                    life.waiting.append(continuation)
                    return true
                default: return false
                }
            }
            if !isUnderWay { continuation.resume() }
        }
    }

    /// The module or why there is none; nil while that is open.
    var answer: Result<LoadedModule, ConnectorRefusal>? {
        life.withLock { life in
            switch life.state.phase {
            case .found, .checking, .probing, .opening: return nil
            case .active: return life.module.map { .success($0) }
            case .refused(let refusal): return .failure(refusal)
            case .draining, .retired:
                return .failure(
                    ConnectorRefusal(
                        .retired, have: "\(id) \(version), which was replaced, removed or stopped",
                        need: "an installed version", hint: "Look at `patchbay connector list`."))
            }
        }
    }

    var refusal: ConnectorRefusal? {
        if case .refused(let refusal) = phase { refusal } else { nil }
    }

    var isUsable: Bool {
        switch phase {
        case .found, .checking, .probing, .opening, .active: candidate != nil
        case .refused, .draining, .retired: false
        }
    }

    var listing: ConnectorListing {
        let manifest = candidate?.manifest
        let state: ConnectorListing.State = refusal != nil ? .refused : module != nil ? .loaded : .available
        return ConnectorListing(
            id: id, version: version, name: manifest?.name ?? id, summary: manifest?.summary ?? "",
            category: manifest?.category ?? "", state: state, refusal: refusal, sha256: candidate?.library.sha256)
    }
}
