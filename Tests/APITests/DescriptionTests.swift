import APIContract
import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayAPI

struct DescriptionTests {
    private let api = TestAPI()
    private let contract = TestClient.contract

    @Test func `every route has its description, and every description its route`() {
        let routes = Set(
            guardedRoutes(api.dependencies, makeGate(api.dependencies), makeAuditDesk(api.dependencies)).map {
                "\($0.method.rawValue) \($0.path)"
            })
        let described = DescriptionTable.guarded.map { "\($0.method.rawValue) \($0.path)" }
        #expect(routes.subtracting(described) == [], "describe them in Host/API/Description/Resources")
        #expect(Set(described).subtracting(routes) == [])
        #expect(described.count == Set(described).count)
    }

    @Test func `the document is served, to everybody`() async throws {
        let (served, refused) = try await api.test { client in
            (
                try await client.raw(.get, "/api/v1/openapi.json"),
                try await client.raw(.get, "/api/v1/openapi.json?colour=red")
            )
        }
        #expect(served.status == 200)
        #expect(served.json == contract.document)
        #expect(refused.status == 400)
    }

    @Test func `every operation has a name of its own, a summary, and answers with descriptions`() {
        let names = contract.operations.compactMap { $0.json["operationId"]?.string }
        #expect(names.count == contract.operations.count)
        #expect(Set(names).count == names.count)
        #expect(contract.operations.count >= 90)
        for operation in contract.operations {
            let place: Comment = "\(operation.method) \(operation.path)"
            #expect(operation.json["summary"]?.string?.isEmpty == false, place)
            let responses = operation.json["responses"]?.object ?? [:]
            #expect(responses.contains { $0.name.hasPrefix("2") || ["101", "303"].contains($0.name) }, place)
            #expect(responses.allSatisfy { $0.value["description"]?.string != nil }, place)
        }
    }

    @Test func `every schema can be used, and every reference leads somewhere`() throws {
        try contract.compileAll()
    }

    @Test func `every parameter of a path is described, once`() {
        for operation in contract.operations {
            let inPath = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            let described = (contract.document["paths"]?[operation.path]?["parameters"]?.array ?? []).compactMap {
                $0["name"]?.string
            }
            #expect(described == inPath)
        }
    }

    @Test func `who may call it is told`() {
        let read = contract.operation("GET", "/api/v1/workflows")
        #expect(read?.json["x-permissions"] == ["workflow:read"])
        #expect(read?.json["security"] == [["key": []], ["session": []]])
        #expect(contract.operation("POST", "/api/v1/auth/login")?.isOpen == true)
    }

    @Test func `an answer that is not as described is noticed`() {
        let list = "/api/v1/workflows"
        func problems(_ status: Int, _ json: JSON, type: String = "application/json") -> Int {
            contract.violations("GET", list, status: status, type: type, body: json.bytes()).count
        }
        #expect(problems(200, ["items": [], "next_cursor": .null]) == 0)
        #expect(problems(200, ["items": []]) == 1)
        #expect(problems(200, ["items": [], "next_cursor": .null, "total": 3]) == 1)
        #expect(problems(200, ["items": [], "next_cursor": .null], type: "text/html") == 1)
        #expect(problems(418, [:]) == 1)
        let error: (String) -> JSON = {
            ["error": ["code": .string($0), "message": "", "details": [:], "request_id": ""]]
        }
        #expect(problems(401, error("UNAUTHORIZED")) == 0)
        #expect(problems(401, error("TEAPOT")) == 1)
    }
}
