import ConnectorSDK
import PatchbayJSON
import Testing

@testable import JiraConnector

@Suite struct TransitionTests {
    private func offered(_ rows: (String, String, String)...) -> [Transition] {
        rows.compactMap { Transition(["id": .string($0.0), "name": .string($0.1), "to": ["name": .string($0.2)]]) }
    }

    @Test func `its own name goes before its status's, whatever the case`() throws {
        let offered = offered(("11", "Start", "Done"), ("31", "Done", "Closed"))
        #expect(try Transition.named("done", among: offered).id == "31")
        #expect(try Transition.named("CLOSED", among: offered).id == "31")
        #expect(try Transition.named("start", among: offered).id == "11")
    }

    @Test func `a name that fits several asks for the id`() {
        let error = #expect(throws: ConnectorError.self) {
            try Transition.named("Done", among: offered(("1", "Done", "Done"), ("2", "done", "Closed")))
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.pointer == "/transition")
        #expect(error?.message.contains("`Done` (id 1, to Done), `done` (id 2, to Closed)") == true)
    }

    @Test func `a name that fits none lists what is offered`() {
        let error = #expect(throws: ConnectorError.self) {
            try Transition.named("Reopen", among: offered(("1", "Close", "Done")))
        }
        #expect(error?.code == .conflict)
        #expect(error?.effect == ConnectorError.Effect.none)
        #expect(error?.message.contains("`Close` (id 1, to Done)") == true)
        let nothing = #expect(throws: ConnectorError.self) { try Transition.named("Reopen", among: []) }
        #expect(nothing?.message.contains("no transition at all") == true)
    }
}
