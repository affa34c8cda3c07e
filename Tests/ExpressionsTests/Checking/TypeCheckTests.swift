import PatchbayExpressions
import PatchbayJSON
import Testing

@Suite struct TypeCheckTests {
    private let environment: TypeEnvironment = {
        let schema: JSON = [
            "type": "object", "additionalProperties": false, "required": ["user"],
            "properties": [
                "user": [
                    "type": "object", "additionalProperties": false,
                    "properties": [
                        "name": ["type": "string"], "age": ["type": "integer"], "tags": ["$ref": "#/$defs/tags"],
                    ],
                ],
                "note": ["type": ["string", "null"]], "free": ["type": "object"],
            ],
            "$defs": ["tags": ["type": "array", "items": ["type": "string"]]],
        ]
        let sample: JSON = ["title": "a", "count": 3, "labels": [["id": 1], ["id": 2]]]
        return TypeEnvironment(variables: [
            "out": SchemaTypes.type(of: schema, origin: "the output of \"get_user\""),
            "event": SchemaTypes.type(like: sample, origin: "the trigger's sample"), "n": .int, "x": .dyn,
        ])
    }()

    private func error(_ expression: String) -> ExpressionError? { environment.check(expression).errors.first }

    @Test(arguments: [
        ("out.user.name", "string"), ("out.user.tags.map(t, t.size())", "list(int)"), ("out.note", "wrapper(string)"),
        ("out.user.tags[0]", "string"), ("out['user'].name", "string"), ("out.free.what.ever", "dyn"),
        ("out", "map(string, dyn)"),
        ("out.user.?name", "optional_type(string)"), ("event.labels[0].id", "dyn"), ("event.other", "dyn"),
        ("out.user.name == 'a' ? 1 : 2", "int"), ("out.map(k, k)", "list(string)"), ("[1, 'a']", "list(dyn)"),
        ("{}", "map(dyn, dyn)"), ("math.greatest(1, 2)", "dyn"), ("math.greatest(1, 2.0)", "dyn"),
        ("'a'.split('')", "list(string)"),
        ("[1].first().orValue(2)", "int"), ("cel.bind(a, [n], a[0] + 1)", "int"), ("type(1)", "type(int)"),
        ("[1].transformMap(i, v, 'a')", "map(int, string)"), ("size(out)", "int"),
        ("google.protobuf.Int64Value{value: 1}", "wrapper(int)"),
        ("optional.of([1]).optMap(l, l[0])", "optional_type(int)"), ("'user' in out", "bool"), ("x + 1", "int"),
        ("x.y.z", "dyn"),
    ])
    func `the type of an expression is found`(expression: String, type: String) {
        let (found, errors) = environment.check(expression)
        #expect(errors == [], "\(expression)")
        #expect(found.description == type, "\(expression)")
    }

    @Test func `an unknown member of a closed object is an error that suggests another`() throws {
        let member = try #require(error("1 + size(out.usr)"))
        #expect(member.message == "\"usr\" is not in the output of \"get_user\"")
        #expect(member.hint == "did you mean \"user\"?")
        #expect(member.column == 14)
        #expect(error("has(out.usr)")?.message == member.message)
        #expect(error("out['usr']")?.message == member.message)
        #expect(error("out.user.nam")?.message == "\"nam\" is not in \"user\" of the output of \"get_user\"")
    }

    @Test(arguments: [
        ("out.user.name + 1", "+ does not take a string and an int", 15),
        ("1 + 2.0", "+ does not take an int and a double", 3),
        ("n && true", "&& does not take an int", 1), ("n.name", "an int has no members, and so no \"name\"", 3),
        ("n.map(i, i)", "map does not go over an int", 3),
        ("'a'.charAt('b')", "charAt does not take a string and a string", 5),
        ("n ? 1 : 2", "?: does not take an int", 1), ("true ? 1 : 'a'", "?: gives an int or a string", 1),
        ("n == 'a'", "== does not take an int and a string", 3),
        ("out.user['a' + 'b'].c + -'a'", "- does not take a string", 25),
    ])
    func `what cannot work is an error at its place`(expression: String, message: String, column: Int) throws {
        let found = try #require(error(expression))
        #expect(found.message == message)
        #expect(found.column == column, "\(found)")
    }

    @Test func `all errors are told, names and types, in the order of the text`() {
        let errors = environment.check("nope + [1 + 'a'].map(i, missing(i))").errors
        #expect(errors.map(\.code) == [.unknownName, .type, .unknownName])
    }

    @Test func `types read back from their text`() {
        for text in ["list(map(string, optional_type(int)))", "tuple($T, type(bool))", "wrapper(bytes)", "net.IP"] {
            #expect(ValueType(text)?.description == text)
        }
        for text in ["", "list(", "map(int)x", "list(int", "$T(int)", String(repeating: "list(", count: 100)] {
            #expect(ValueType(text) == nil, "\(text)")
        }
    }

    @Test func `a schema that refers to itself, or is huge, ends in any type`() {
        let node: JSON = ["type": "object", "properties": ["next": ["$ref": "#"], "value": ["type": "string"]]]
        let environment = TypeEnvironment(variables: ["node": SchemaTypes.type(of: node, origin: "it")])
        #expect(environment.check("node.next.next.value").type == .string)
        #expect(environment.check("node" + String(repeating: ".next", count: 45) + ".value").type == .dyn)
        let wide: JSON = [
            "type": "object", "properties": ["a": ["$ref": "#"], "b": ["$ref": "#"], "c": ["type": "string"]],
        ]
        #expect(TypeEnvironment(variables: ["w": SchemaTypes.type(of: wide, origin: "it")]).check("w.a").errors == [])
        #expect(SchemaTypes.type(of: ["$ref": "#"], origin: "it") == .dyn)
    }
}
