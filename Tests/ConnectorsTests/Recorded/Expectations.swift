import PatchbayJSON
import Testing

/// Expects the vendor's own description to take every request.
///
/// - Parameter unknown: What stands in the verdict's line of a request that the description is too old for.
func expectFine(
    _ requests: [RecordingServer.Request], for vendor: String, except unknown: String? = nil,
    at location: SourceLocation = #_sourceLocation
) {
    let lines = requests.enumerated().map { index, request in
        SpecCheck.Line(label: "\(index + 1) \(request.method) \(request.path)", request: request)
    }
    guard let verdict = SpecCheck.verdict(on: lines, of: vendor) else { return }
    let known = unknown.map { word in verdict.refused.count { $0.contains(word) } } ?? 0
    #expect(verdict.refused.count == known, "\(verdict.output)", sourceLocation: location)
    #expect(verdict.fine == requests.count - known, "\(verdict.output)", sourceLocation: location)
    if unknown != nil { #expect(known > 0, "\(verdict.output)", sourceLocation: location) }
}

extension JSON {
    /// The object with another value for a member.
    func changing(_ name: String, to value: JSON) -> JSON {
        var object = object ?? [:]
        object[name] = value
        return .object(object)
    }
}
