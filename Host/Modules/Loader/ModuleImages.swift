import PatchbayCore
import Synchronization

/// The libraries that are open in this process. There is one list, because the dynamic linker has one too: who opens a path
/// a second time gets the same image, which must not be entered or started twice.
final class ModuleImages: Sendable {
    static let shared = ModuleImages()

    private struct State {
        var modules: [String: LoadedModule] = [:]
        /// By store and digest: how often a library was used up, by stopping or by a failed start.
        var generations: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// The module that runs at that path already.
    func module(at path: String) -> LoadedModule? { state.withLock { $0.modules[path] } }

    func keep(_ module: LoadedModule, at path: String) { state.withLock { $0.modules[path] = module } }

    /// Which copy of a library is to be opened: a used one cannot be entered again.
    func generation(of sha256: String, in folder: String) -> Int {
        state.withLock { $0.generations[folder + sha256] ?? 0 }
    }

    func useUp(_ sha256: String, in folder: String, at path: String) {
        state.withLock { state in
            state.modules[path] = nil
            state.generations[folder + sha256, default: 0] += 1
        }
    }
}
