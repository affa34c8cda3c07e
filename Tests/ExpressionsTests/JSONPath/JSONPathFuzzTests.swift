import PatchbayExpressions
import PatchbayJSON
import Testing

/// Queries that chance has changed: reading and evaluating them ends, with values or an error.
@Suite struct JSONPathFuzzTests {
    private static let seeds = [
        "$.a.b[0]['c'][1:2:-1]..*", "$[?@.a == 'b' && (@.c > 1 || !@['d'])]", "$..[?count(@.*) >= 2, 0, ::2]",
        #"$[?match(@.a, '[a-z]+\\.') && length(value($..b)) != null]"#, "$['\\u00e9\\n\\''] [ 1 , * ]",
    ]

    @Test(arguments: 0..<5) func `queries changed by chance end in values or an error`(seed: Int) throws {
        var random = SeededRandom(state: UInt64(seed))
        let document: JSON = ["a": ["b": [["c": [1, 2, 3]]]], "c": 2, "d": [["a": "x."], ["b": "yy"]]]
        let alphabet = Array("$@.[]()?*:,'\"\\ &|!=<>0123456789abcdelmnortuv_-é".unicodeScalars)
        let limits = JSONPathLimits(visits: 20_000, results: 5_000)
        var read = 0
        for _ in 0..<3_000 {
            var scalars = Array(Self.seeds[seed].unicodeScalars)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...scalars.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0 where place < scalars.count: scalars.remove(at: place)
                case 1 where place < scalars.count: scalars[place] = alphabet.randomElement(using: &random)!
                default: scalars.insert(alphabet.randomElement(using: &random)!, at: place)
                }
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let source = String(text)
            do {
                let path = try JSONPath(source)
                read += 1
                for node in try path.evaluate(document, limits: limits) {
                    #expect(document.value(at: node.path.pointer) == node.value)
                }
            } catch {
                #expect(error.code == .limit || (0...source.utf8.count).contains(error.offset ?? -1), "\(source)")
            }
        }
        #expect(read > 50)
    }
}

private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
