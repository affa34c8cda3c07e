import Synchronization

/// Deliveries that were stored together, and leave the inbox together when the runs of all of them are stored.
package final class DeliveryBatch: Sendable {
    package let id: DeliveryBatchID
    package let tenant: TenantID
    private let left: Atomic<Int>

    package init(_ id: DeliveryBatchID, of tenant: TenantID, count: Int) {
        self.id = id
        self.tenant = tenant
        left = Atomic(count)
    }

    /// One of them is done; answers whether it was the last.
    package func finishOne() -> Bool { left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}

/// Where a delivery lies between its acknowledgement and its run. Set by the store that puts it there.
package final class DeliveryPlace: Sendable {
    private let state: Mutex<DeliveryBatch?>

    package init(_ batch: DeliveryBatch? = nil) { state = Mutex(batch) }

    /// Nil when it lies nowhere, or nobody here knows what lies with it.
    package var batch: DeliveryBatch? {
        get { state.withLock(\.self) }
        set { state.withLock { $0 = newValue } }
    }
}

/// Where a delivery lies is no part of what it is.
extension DeliveryPlace: Equatable {
    package static func == (_: DeliveryPlace, _: DeliveryPlace) -> Bool { true }
}
