import PatchbayCore
import PatchbayExpressions
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5))) struct LibraryTests {
    private let surroundings = Surroundings(
        now: Instant(seconds: 1_700_000_000), seed: Array(repeating: 7, count: 16),
        digest: { _, bytes in
            // No digest that anybody should use, but each text has its own.
            var state = bytes.reduce(into: Generator(state: 1)) { $0.state = $0.next() &+ UInt64($1) }
            return (0..<32).map { _ in UInt8(truncatingIfNeeded: state.next()) }
        })

    private func value(_ expression: String) throws -> Value {
        try CEL.compile(expression).evaluate([:], surroundings: surroundings)
    }

    private func text(_ expression: String) throws -> String? {
        if case .string(let text) = try value(expression) { text } else { nil }
    }

    /// It is compiled with the expression, and told of in the run all the same.
    @Test func `a pattern that is wrong is an error only where it is reached`() throws {
        func json(_ expression: String) throws -> JSON {
            try Template(expression: expression, names: KnownNames(steps: [], variables: ["x"]))
                .evaluate(in: Scope(trigger: [:], variables: ["x": 1]))
        }
        #expect(try json("true || 'a'.matches('(')") == true)
        #expect(try json("matches('abc', 'b.$') && !'abc'.matches('^b')") == true)
        let error = #expect(throws: ExpressionError.self) { try json("1 == 1 && 'a'.matches('(')") }
        #expect(error?.code == .value)
        #expect(error?.message.contains("is no regular expression") == true)
        #expect(throws: ExpressionError.self) { try json("x.matches('a')") }
    }

    @Test(arguments: [
        #"'añb'.charAt(1) == 'ñ'"#, #"'abcabc'.indexOf('c', 3) == 5"#, #"'aXbXc'.split('X', 2) == ['a', 'bXc']"#,
        #"'añ'.split('') == ['a', 'ñ'] && ''.split('') == [] && ''.split(',') == ['']"#,
        #"'ab'.replace('', '-') == '-a-b-' && 'ab'.replace('', '-', 2) == '-a-b'"#,
        #"'aaa'.replace('a', 'b', 2) == 'bba' && 'aaa'.replace('a', 'b', 0) == 'aaa'"#,
        #"'añb'.reverse() == 'bña' && 'aaaa'.lastIndexOf('aa') == 2 && 'aaaa'.lastIndexOf('aa', 1) == 1"#,
        #"[1, 2, 3].slice(1, 3) == [2, 3] && [[1, [2]], [3]].flatten() == [1, [2], 3]"#,
        #"[1, [2, [3, [4]]]].flatten(2) == [1, 2, 3, [4]] && lists.range(3) == [0, 1, 2] && lists.range(-1) == []"#,
        #"['b', 'a', 'c'].sort() == ['a', 'b', 'c'] && [1, 1u, 1.0, 'a', 'a'].distinct() == [1, 'a']"#,
        #"[3, 1].reverse() == [1, 3] && [3, 1].first() == optional.of(3) && ![].last().hasValue()"#,
        #"sets.contains([1, 2.0, 3u], [1.0, 2u, 3]) && sets.equivalent([1], [1, 1]) && !sets.intersects([], [1])"#,
        #"regex.replace('foo bar', '(fo)o (ba)r', r'\2 \1') == 'ba fo' && regex.extractAll('a1 b2', r'\d') == ['1', '2']"#,
        #"regex.extract('item-A', r'item-(\w+)') == optional.of('A') && !regex.extract('x', 'y').hasValue()"#,
        #"math.bitShiftRight(-1, 60) == 15 && math.round(-2.5) == -3.0 && math.sqrt(81) == 9.0 && math.sign(-4) == -1"#,
        #"math.greatest(1, 2.5, 2u) == 2.5 && math.least([3, 1]) == 1 && math.isNaN(math.sqrt(-1.0))"#,
        #"ip('2001:0DB8::0:1') == ip('2001:db8::1') && string(ip('1:0:0:2:0:0:0:3')) == '1:0:0:2::3'"#,
        #"cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && !cidr('10.0.0.0/8').containsIP('11.0.0.1')"#,
        #"!isIP('1.2.3.04') && !isIP('1::2::3') && !isIP(':1') && isIP('::1.2.3.4') && !isCIDR('1.2.3.4/033')"#,
        #"base64.encode(base64.decode('aGVsbG8')) == 'aGVsbG8='"#,
        #"timestamp('2024-02-29T23:59:59.5-01:30') == timestamp('2024-03-01T01:29:59.5Z')"#,
        #"timestamp('2024-12-31T00:00:00Z').getDayOfYear() == 365 && timestamp('2024-01-01T00:00:00Z').getDayOfWeek() == 1"#,
        #"timestamp('2024-01-01T00:00:00Z').getHours('+05:30') == 5 && duration('90m').getHours() == 1"#,
        #"string(duration('-1.5s')) == '-1.5s' && duration('1h30m') == duration('5400s') && string(now()) == '2023-11-14T22:13:20Z'"#,
        #"uuid() != uuid() && size(hash('a')) == 64 && hash('a') == hash(b'a') && now() == now()"#,
        #"uuid().matches('^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')"#,
    ])
    func `the extensions' functions do what they are for`(expression: String) throws {
        guard case .bool(true) = try value(expression) else {
            Issue.record("\(expression) is not true")
            return
        }
    }

    @Test(arguments: [
        ("'abc'.charAt(4)", "is no position"), ("'abc'.substring(2, 1)", "ends before"), ("[1].slice(0, 2)", "no part"),
        ("[1, 'a'].sort()", "order"), ("math.abs(-9223372036854775808)", "does not fit"), ("'%d'.format(['a'])", "%d"),
        ("'%q'.format([1])", "clause"), ("'%.101f'.format([1.0])", "precision"), ("'%s %s'.format([1])", "clauses"),
        ("'a'.matches('(')", "regular expression"), ("regex.extract('a', '(a)(b)')", "groups"),
        ("ip('::ffff:1.2.3.4')", "IP"),
        ("timestamp('2023-02-29T00:00:00Z')", "range"), ("timestamp('2024-01-01')", "no timestamp"),
        ("duration('300y')", "no duration"), ("duration('9999999999999999999999h')", "range"),
        ("base64.decode('a')", "base64"),
        ("timestamp(0).getHours('Nowhere/Atall')", "time zone"), ("hash('a', 'rot13')", "digest"),
        ("regex.replace('a', 'a', r'\\1')", "group 1"),
    ])
    func `what makes no sense is refused and says why`(expression: String, message: String) throws {
        let error = try #require(throws: ExpressionError.self) { try value(expression) }
        #expect(error.message.contains(message), "\(error)")
    }

    @Test(arguments: [
        "lists.range(1000000000)", "lists.range(9223372036854775807)",
        "lists.range(900000).map(i, 'aaaaaaaaaaaaaaaaaaaa').join('bbbbbbbbbbbbbbbbbbbb')",
        "[1].map(a, 'aaaaaaaaaa'.replace('', 'bbbbbbbbbb').replace('', 'cccccccccc').replace('', 'dddddddddddddddddddd')"
            + ".replace('', 'eeeeeeeeeeeeeeeeeeee').replace('', 'ffffffffffffffffffff').replace('', 'gggggggggggggggggggg'))",
        "lists.range(2000).map(i, [i]).distinct()", "lists.range(900000).map(i, '%s').join('').format([])",
        "lists.range(5000).map(i, 'x').join('').matches('(x+x+)+y(a{900}b){1000}')",
    ])
    func `what would grow without end ends with an error`(expression: String) {
        #expect(throws: ExpressionError.self) { try value(expression) }
    }

    @Test func `the same evaluation gives the same identifiers, and another seed others`() throws {
        let expression = try CEL.compile("[uuid(), uuid()].join()")
        let first = try expression.evaluate([:], surroundings: surroundings).tagged
        #expect(try expression.evaluate([:], surroundings: surroundings).tagged == first)
        let other = Surroundings(seed: Array(repeating: 8, count: 16), digest: surroundings.digest)
        #expect(try expression.evaluate([:], surroundings: other).tagged != first)
        #expect(throws: ExpressionError.self) { try expression.evaluate([:]) }
    }

    @Test func `doubles as text read back as the same double`() throws {
        var random = Generator(state: 42)
        let expression = try CEL.compile(
            "['%s'.format([x]), '%.17e'.format([x]), '%.3f'.format([x])]", CEL.Options(variables: ["x": .double]))
        for _ in 0..<300 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite,
                case .list(let texts) = try expression.evaluate(["x": .double(number)])
            else { continue }
            for index in 0...1 {
                guard case .string(let text) = texts[index] else { continue }
                #expect(Double(text) == number, "\(text) for \(number)")
                if index == 0 { #expect(!text.contains("e"), "\(text)") }
            }
            guard number.magnitude < 1e12, case .string(let fixed) = texts[2], let read = Double(fixed) else {
                continue
            }
            #expect((read - number).magnitude <= 0.00051, "\(fixed) for \(number)")
        }
    }
}
