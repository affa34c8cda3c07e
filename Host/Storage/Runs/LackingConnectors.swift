package import PatchbayCore
import Synchronization

/// Connector versions that other hosts can serve and this one cannot, for now or for good. Empty is the rule.
package final class LackingConnectors: Sendable {
    private let state = Mutex<Set<ConnectorPin>>([])

    package init() {}

    package var pins: Set<ConnectorPin> { state.withLock { $0 } }

    package func replace(by pins: Set<ConnectorPin>) { state.withLock { $0 = pins } }
}
