import PatchbayCore
import PatchbayJSON

/// What the sender of a delivery is told: {run_id, delivery_id, duplicate}.
enum DeliveryReceipt {
    static func json(_ run: RunID?, _ delivery: String, isDuplicate: Bool) -> JSONObject {
        [
            "run_id": run.map { .string($0.description) } ?? .null, "delivery_id": .string(delivery),
            "duplicate": .bool(isDuplicate),
        ]
    }
}
