import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("Values that are too large", .timeLimit(.minutes(5)))
struct LargeValueTests {
    @Test func `an output beyond the operator's limit fails its step with size, limit and remedy`() async throws {
        var shop = Workshop(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "a > b"])) { _ in
            OperationResult(output: .string(String(repeating: "x", count: 2_000)))
        }
        shop.options.largestValue = 2_001
        await shop.working { [shop] in
            let run = await shop.store.end(of: shop.start())
            #expect(run.record.status == .failed)
            #expect(run.record.error["code"] == "output_too_large")
            let message = run.record.error["message"]?.string ?? ""
            #expect(message.contains("2002 bytes and may have 2001") && message.contains("store the data elsewhere"))
        }
        #expect(shop.invoker.calls.count == 1)
        shop.options.largestValue = 2_002
        await shop.working("w2") { [shop] in
            #expect(await shop.store.end(of: shop.start()).record.status == .completed)
        }
    }
}
