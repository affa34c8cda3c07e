import PatchbayJSON

/// How long installing a published template takes over HTTP: its workflow of ten steps is filled in, checked, planned and stored.
enum InstallMeasurement {
    private static let installs = 200
    private static let clients = [1, 8]

    @concurrent static func run(in workshop: Workshop) async throws {
        let host = try HostProcess(on: workshop.target)
        defer { host.stop() }
        do {
            let key = ["Authorization: Bearer \(HostProcess.key)"]
            let made = try HTTPQuestion.post("/templates", template, headers: key, at: host.port)
            let id = made.body["template_id"]?.string ?? ""
            _ = try HTTPQuestion.post("/templates/\(id)/publish", [:], headers: key, at: host.port)
            _ = try HTTPQuestion.post("/submissions/\(id)/1.0.0/approve", [:], headers: key, at: host.port)
            let order: JSON = [
                "template_id": .string(id), "parameters": ["greeting": "Good morning"],
            ]
            for count in clients {
                var load = try HTTPLoad(
                    count, port: host.port, request: HTTPQuestion.request("/installations", order, headers: key),
                    status: 201)
                defer { load.close() }
                _ = try load.run(installs / 4)
                let figures = try load.run(installs)
                EngineBench.report(
                    "template installed, \(count) \(count == 1 ? "client" : "clients")",
                    "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms",
                    budget: "p95 150 ms")
            }
        } catch {
            throw BenchError("\(error); the host said: \(host.words)")
        }
    }

    private static var template: JSON {
        let steps = (1...10).map { "step_\($0)" }
        let nodes: [JSON] =
            [["id": "start", "type": "manual"]]
            + steps.map {
                [
                    "id": .string($0), "type": "set",
                    "config": ["values": ["text": "{{ parameters.greeting }}, {{ trigger.body.name }}"]],
                ]
            }
        let edges: [JSON] = zip(["start"] + steps, steps).map { ["source": .string($0), "target": .string($1)] }
        return [
            "name": "greeter", "version": "1.0.0", "description": "Greets in ten steps", "author": "bench",
            "category": "business-processes", "tags": ["greeting"],
            "parameters": [
                ["name": "greeting", "title": "Greeting", "schema": ["type": "string"], "default": "Hello"]
            ],
            "workflow": ["name": "Greeter", "nodes": .array(nodes), "edges": .array(edges)],
        ]
    }
}
