import HTTPTypes
import PatchbayJSON

extension DescriptionTable {
    static let expressions: [Description] = [
        Description(
            .post, "/expressions/evaluate", "Evaluate an expression", .expressions,
            about: "One of `expression` and `template`; where it is to be understood in `context` or `run`.",
            body: .json(
                .body(optional: [
                    "expression": .text, "template": .text, "context": .object, "run": .text(1...200),
                    "node": .text(1...200),
                ])),
            .ok(
                .either(
                    .object(["value": .any, "type": .text]), .object(["error": .ref("ExpressionError")]))),
            errors: [.runNotFound]),
        Description(
            .post, "/expressions/validate", "Check an expression", .expressions,
            body: .json(
                .body(optional: [
                    "expression": .text, "template": .text, "value": .any, "context": .object, "workflow": .any,
                    "node": .text(1...200),
                ])),
            .ok(
                .object([
                    "valid": .bool, "type": .text.orNull, "errors": .list(of: .ref("ExpressionError")),
                ]))),
        Description(
            .post, "/expressions/complete", "List how an expression could go on", .expressions,
            body: .json(
                .body(optional: [
                    "expression": .text, "template": .text, "context": .object, "workflow": .any,
                    "node": .text(1...200), "cursor": .whole(0...Int64(Int32.max)),
                ])),
            .ok(
                .object([
                    "from": .whole, "to": .whole,
                    "items": .list(
                        of: .object(
                            ["label": .text, "kind": .text],
                            optional: ["type": .text, "signature": .text, "about": .text, "insert": .text])),
                    "incomplete": .bool,
                ]))),
    ]
}

extension Components {
    static let expressionError = Shape.object([
        "code": .text, "message": .text, "hint": .text.orNull, "line": .whole, "column": .whole, "offset": .whole,
        "end": .whole, "pointer": .text,
    ])
}
