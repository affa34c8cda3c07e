import PatchbayCore
import PatchbayJSON

/// `{"type": "note", "config": {"text": "…", "original": {…}}}`. Nothing in it is an expression.
enum NoteNode {
    static let longestText = 20_000

    static let schema = KindSchema(
        "Note", "Says something to people. It is never carried out: where edges lead through it, it is skipped.",
        members: [
            MemberSchema(
                "text", "Text", "What it says, in plain text.",
                ValueShape(["type": "string", "maxLength": .int(Int64(longestText))]),
                examples: ["Orders from the shop; ask Ada about the discount."]),
            MemberSchema(
                "original", "Original", "The node of another product that it stands for, as it was there.", .object),
            MemberSchema(
                "draft", "Draft", "A node that may take its place when it is completed.", .object),
        ],
        example: [
            "id": "about", "type": "note", "config": ["text": "Orders from the shop; ask Ada about the discount."],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        if reader.object["text"]?.string != "" { _ = reader.text("text", limit: longestText) }
        _ = (reader.object("original"), reader.object("draft"))
        reader.refuseUnknown(known: schema.names)
        context.problems += reader.problems
        return reader.problems.isEmpty ? .note : nil
    }
}
