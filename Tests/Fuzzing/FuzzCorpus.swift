extension FuzzTarget {
    /// Words of the language, for texts that get beyond its first rule.
    package var words: [String] {
        switch self {
        case .json, .schema:
            [
                "{", "}", "[", "]", ":", ",", "\"", "\\u", "\\ud83d", "\\", "true", "null", "-", "0", "1e", ".5",
                "e308", "\u{1F600}",
            ]
                + (self == .schema
                    ? [
                        "\"$ref\":\"#\"", "\"$defs\"", "\"allOf\":", "\"items\":", "\"properties\":", "\"type\":",
                        "\"$dynamicRef\":", "\"pattern\":\"(a+)+$\"", "\"minimum\":", "\"unevaluatedItems\":",
                        "\"$id\":", "\"$anchor\":",
                    ]
                    : [])
        case .cel, .template:
            [
                "a", "n", "items", ".", "?.", "[", "[?", "]", "(", ")", "{", "}", ",", ":", "?", "&&", "||", "!", "-",
                "+", "*",
                "/", "%", "==", "<=", "in", "1", "0x1F", "2u", "1.5e3", "'x'", "\"\\n\"", "r'", "b'\\377'", "'''",
                "true",
                "null", "size(", "has(a.b)", ".map(i, i", ".filter(i, ", ".all(i, ", ".exists_one(i, ",
                "timestamp('2026-01-01T00:00:00Z')",
                "duration('1h')", ".matches('(a+)+$')", ".format([", "optional.of(", "cel.bind(x, ", "type(", "//",
                "\n",
                "9223372036854775807", "i => ", "=>", "{{", "}}", "$input", "$node[\"get_user\"]", "trigger.body.",
                "steps.get_user.output", "`",
            ]
        case .jmespath:
            [
                "foo", ".", "*", "[", "]", "[]", "[?", "[*]", "@", "&", "&&", "||", "|", "!", "==", "<", "`1`", "`[1,",
                "'x'", "\"b\"",
                "(", ")", "{", "}", ":", ",", "-1", "0", "let $a = ", " in ", "$a", "length(", "sort_by(", "map(&",
                "join('',", "to_string(",
                "merge(", "contains(", "reverse(", "max_by(items, &id)",
            ]
        case .jsonpath:
            [
                "$", "@", ".", "..", "*", "[", "]", "[?", "'a'", "\"b\"", ":", "1", "-1", ",", "(", ")", "&&", "||",
                "!", "==", "<=",
                "length(", "count(", "match(", "search(", "value(", "'(a+)+$'", "1e5", "true", "null", "\\u00e9", " ",
            ]
        case .cron:
            [
                "*", "?", "/", "-", ",", " ", "0", "1", "59", "60", "MON", "FRI", "SUN", "JAN", "L", "#5", "@daily",
                "@every ", "1h", "TZ=UTC ",
                "29 2", "7", "31", "99999999999",
            ]
        case .timezone: ["TZif", "2", "\n", "CET-1CEST,M3.5.0,M10.5.0/3", "<-03>3", ",J365/23", "\0\0\0\u{1}"]
        }
    }

    /// Good examples to begin with.
    package var examples: [[UInt8]] {
        let texts: [String] =
            switch self {
            case .json:
                [
                    "{\"a\":[1,-2.5e3,\"x\\u00e9\\n\",true,null,{}]}", "[1e308,18446744073709551615,-0.0]",
                    " \"\\ud83d\\ude00\" ",
                ]
            case .schema:
                [
                    "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/b\"}},\"$defs\":{\"b\":{\"minItems\":1,\"items\":{\"anyOf\":[{\"type\":\"number\"},true]}}}}",
                    "{\"$id\":\"http://x/\",\"$dynamicAnchor\":\"n\",\"additionalProperties\":{\"$dynamicRef\":\"#n\"},\"unevaluatedProperties\":false}",
                    "{\"if\":{\"required\":[\"a\"]},\"then\":{\"patternProperties\":{\"^b\":{\"maxLength\":3}}},\"dependentRequired\":{\"a\":[\"b\"]},\"contains\":{},\"minContains\":2}",
                ]
            case .cel:
                [
                    "a.items.map(i, i.id)[0] + n > 2 ? 'x'.size() : {'k': [1u, 2.5]}['k']",
                    "a.b.matches('^(a+)+$') || has(a.foo.bar)",
                    "timestamp('2026-01-01T00:00:00Z') + duration('1h') < timestamp(0)",
                    "[1, 2, 3].exists(x, x % 2 == 0) && !(n in [1])",
                ]
            case .template:
                [
                    "Hello {{ trigger.body.b }}, {{ items.map(i => i.name) }}",
                    "{{ $input.foo.bar.baz == 'q' ? 1 : null }}",
                    "{{ steps.get_user.output.n + 1 }}", "{{ '{{' }} text }}",
                ]
            case .jmespath:
                [
                    "items[?on].{n: name, i: id} | [0]", "sort_by(items, &id)[*].name | join(', ', @)",
                    "foo.bar.baz || `{\"a\":1}`",
                    "let $x = n in a[::2] | [?@ > $x]", "merge(foo, {a: length(a), b: to_string(b)})", "*.*[].b",
                ]
            case .jsonpath:
                [
                    "$.items[?@.id > 1 && length(@.name) == 1].name", "$..*", "$['foo']['bar'][-1:0:-1, 2]",
                    "$..[?search(@.b, '^(a|b)+$')]",
                    "$[?count(@..*) > 1 || !@.on]",
                ]
            case .cron:
                [
                    "*/15 9-17 * * MON-FRI", "0 30 2 L JAN,MAR ?", "0 0 29 2 *", "CRON_TZ=Europe/Berlin 0 0 * * SUN#5",
                    "@every 1h30m", "@weekly",
                    "15/35 20-35/15 1/2 */2 * *",
                ]
            case .timezone: []
            }
        guard self == .timezone else { return texts.map { Array($0.utf8) } }
        let old: [UInt8] = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        let empty: [UInt8] = [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        ]
        let counts: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 8]
        let body: [UInt8] =
            [0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 14, 16, 1, 4]
            + Array("AAA\0BBB\0\nCET-1CEST,M3.5.0,M10.5.0/3\n".utf8)
        return [old + empty + old + counts + body]
    }
}
