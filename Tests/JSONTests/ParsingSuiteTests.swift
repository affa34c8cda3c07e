import PatchbayJSON
import SharedSuites
import Testing

/// The JSON parsing test suite of Nicolas Seriot: `y_` files must be taken, `n_` files refused, `i_` files either.
@Suite struct ParsingSuiteTests {
    @Test func `the public parsing suite agrees`() throws {
        guard let files = try SharedSuites.files(in: "json-parsing/test_parsing") else { return }
        var counts: [String: Int] = [:]
        for (name, bytes) in files where name.hasSuffix(".json") {
            let value = try? JSON(parsing: bytes)
            switch name.prefix(2) {
            case "y_":
                #expect(value != nil, "\(name) must be taken")
                if let value { #expect(try JSON(parsing: value.bytes()) == value, "\(name) must survive writing") }
            case "n_": #expect(value == nil, "\(name) must be refused")
            default: break
            }
            counts["\(name.prefix(2)) \(value == nil ? "refused" : "taken")", default: 0] += 1
        }
        print("JSON parsing suite:", counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
        #expect(counts["y_ taken", default: 0] > 0 && counts["n_ refused", default: 0] > 0)
    }
}
