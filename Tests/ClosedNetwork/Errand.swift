import PatchbayJSON
import PatchbayOutbound

/// What a test asks for: `{"networks": "…", "ports": […], "zone": {…}, "steps": [{"url": …}, {"host": …}]}`.
struct Errand: Sendable {
    /// Ports that servers listen on, at every address.
    let ports: [UInt16]
    let zone: [String: [NameServer.Answer]]
    private let policy: EgressPolicy
    private let steps: [JSON]
    /// How many steps are under way at a time; with 1, they follow each other.
    private let width: Int

    init(_ json: JSON) throws {
        policy = try EgressPolicy(parsing: json["networks"]?.string ?? "")
        ports = (json["ports"]?.array ?? [80]).compactMap { $0.int.map { UInt16($0) } }
        steps = json["steps"]?.array ?? []
        width = Int(json["width"]?.int ?? 1)
        var zone: [String: [NameServer.Answer]] = [:]
        for member in json["zone"]?.object ?? [:] {
            zone[member.name] = (member.value.array ?? []).map { ($0.array ?? []).compactMap { $0.string } }
        }
        self.zone = zone
    }

    func run() async throws -> [JSON] {
        let client = try OutboundClient(policy: policy)
        var results = [JSON](repeating: .null, count: steps.count)
        try await withThrowingTaskGroup(of: (Int, JSON).self) { group in
            for index in steps.indices {
                if index >= width, let (done, outcome) = try await group.next() { results[done] = outcome }
                group.addTask { [self] in (index, try await outcome(of: steps[index], client)) }
            }
            for try await (done, outcome) in group { results[done] = outcome }
        }
        return results
    }

    /// `{"url": …}` is requested; `{"host": …}` is looked up as for a connector that connects by itself. With `"fresh"` a
    /// client is made that remembers no name and no connection.
    @concurrent private func outcome(of step: JSON, _ shared: OutboundClient) async throws -> JSON {
        let client = step["fresh"]?.bool == true ? try OutboundClient(policy: policy) : shared
        let tenant = try TenantEgress(
            hosts: step["hosts"]?.array?.compactMap(\.string), networks: step["networks"]?.array?.compactMap(\.string))
        do {
            if let host = step["host"]?.string {
                let addresses = try client.addresses(ofHost: host, for: tenant)
                return ["addresses": .array(addresses.map { .string($0.description) })]
            }
            var request = OutboundRequest(
                url: step["url"]?.string ?? "", timeout: 30_000, maxRedirects: 5, allowedHosts: [HostPattern("*")!])
            request.tenantEgress = tenant
            let response = try await client.send(request)
            return [
                "status": .int(Int64(response.status)),
                "reached": .string(String(decoding: response.body, as: UTF8.self)),
            ]
        } catch let error as OutboundError {
            return [
                "error": .string(error.code.rawValue), "message": .string(error.message),
                "effect": .bool(error.mayHaveHadEffect),
            ]
        }
    }
}
