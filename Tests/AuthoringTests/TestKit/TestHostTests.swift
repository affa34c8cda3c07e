import ConnectorReplay
import ConnectorSDK
import ConnectorTestKit
import PatchbayJSON
import Testing

@Suite struct TestHostTests {
    @Test func `an action is called, and its requests are kept`() async throws {
        let host = TestHost(shop) { request in
            request.path == "/orders/7" ? .json(["state": "open"], headers: [.init("ETag", "1")]) : .status(404)
        }
        #expect(try await host.call("get_order", ["id": "7"]) == ["state": "open"])
        #expect(host.requests.map(\.url) == ["https://shop.example/orders/7"])
        #expect(host.requests[0].credential == "account")
        #expect(host.requests[0].header("accept") == "application/json")
        #expect(host.log.map(\.message) == ["asking"])
    }

    @Test(arguments: [
        (TestAnswer.timeout, ConnectorError.Code.timeout), (.unreachable, .unavailable), (.reset, .unavailable),
        (.rateLimited(retryAfter: 3), .rateLimited), (.text("<html>"), .upstream), (.cut(["state": "open"]), .upstream),
        (.status(401), .authDenied),
    ])
    func `faults reach the action as they would from the host`(answer: TestAnswer, code: ConnectorError.Code) async {
        let host = TestHost(shop) { _ in answer }
        let error = await #expect(throws: ConnectorError.self) { try await host.call("get_order", ["id": "7"]) }
        #expect(error?.code == code)
        #expect(error?.effect == ConnectorError.Effect.none)
        if code == .rateLimited { #expect(error?.retryAfter == .seconds(3)) }
    }

    @Test(arguments: [
        ("https://shop.example", true), ("https://eu.shop.example", true), ("https://shop.example:8443", false),
        ("http://127.0.0.1:81", false), ("https://other.example", false), ("nonsense", false),
    ])
    func `requests go to declared hosts only`(base: String, isAllowed: Bool) async {
        let host = TestHost(shop, settings: ["base_url": .string(base)]) { _ in .json(["state": "x"]) }
        let output = try? await host.call("get_order", ["id": "7"])
        #expect((output != nil) == isAllowed, "\(base)")
        #expect(host.requests.isEmpty != isAllowed)
    }

    @Test func `the host of a setting is a declared one`() async throws {
        let host = TestHost(open, settings: ["base_url": "http://127.0.0.1:81"]) { _ in .json(["state": "x"]) }
        #expect(try await host.call("get_order", ["id": "7"]) == ["state": "x"])
    }

    @Test func `an unknown operation and a wrong input are errors of their kind`() async {
        let host = TestHost(shop)
        let unknown = await #expect(throws: ConnectorError.self) { try await host.call("nothing") }
        #expect(unknown?.code == .unsupported)
        let wrong = await #expect(throws: ConnectorError.self) { try await host.call("get_order", ["id": 7]) }
        #expect(wrong?.code == .invalidInput)
    }

    @Test func `recorded exchanges answer, and what is not recorded fails`() async throws {
        let exchange = Exchange(
            Exchange.Request("GET", "https://shop.example/orders/7"),
            .response(.init(200, body: Array(#"{"state": "open"}"#.utf8))))
        let host = TestHost(shop, replaying: [exchange])
        #expect(try await host.call("get_order", ["id": "7"]) == ["state": "open"])
        await #expect(throws: RecordingError.self) { try await host.call("get_order", ["id": "7"]) }
        #expect(host.replay?.misses.count == 1)
    }
}

private let shop = connector(hosts: ["shop.example", "*.shop.example"])
private let open = connector(hosts: [.setting("base_url")])

private func connector(hosts: [Connector.Host]) -> Connector {
    Connector(
        id: "shop", version: "1.0.0", name: "Shop", summary: "Orders.", category: .commerce, hosts: hosts,
        credentials: [CredentialSlot("account", title: "Token", kinds: [.bearer])], settings: ShopSettings.self,
        actions: [GetOrder.self])
}

private struct ShopSettings: Fields {
    @Field("Where the shop is.", default: "https://shop.example") var baseURL: String
}

private struct GetOrder: Action {
    static let title = "Get an order"
    static let summary = "Reads an order."
    static let effect = ConnectorSDK.Effect.read

    struct Input: Fields {
        @Field("Id of the order.") var id: String
    }
    struct Output: Fields {
        @Field("Its state.") var state: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        context.log(.info, "asking")
        let base = try context.settings(ShopSettings.self).baseURL
        let response = try await context.http.send(
            HTTPRequest(.get, try address(below: base, "orders", input.id), headers: [("Accept", "application/json")]))
        guard response.isSuccess else { throw ConnectorError(response) }
        let state = try response.json()["state"]?.string ?? ""
        return Output { $0.state = state }
    }
}
