import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayCore
import PatchbayJSON

/// The page on which somebody decides who comes from a letter: what is asked, a button for each option, no script, no style.
enum DecisionPage {
    private static let shownPayload = 8_000
    private static let mostFields = 50

    /// `chosen` is the option that the link names; it comes first.
    static func response(_ task: TaskRecord, token: String, chosen: String?, problem: String? = nil) -> Response {
        let human = task.state.task
        var parts = ["<h1>\(escaped(human.title))</h1>"]
        if let problem { parts.append("<p><strong>\(escaped(problem))</strong></p>") }
        if !human.details.isEmpty { parts.append("<p>\(lines(human.details))</p>") }
        parts += payload(human.payload)
        if let requester = human.requester { parts.append("<p>Asked for by \(escaped(requester)).</p>") }
        parts.append("<p>Open until \(escaped((task.state.openedAt + human.timeout).description)).</p>")
        if let fields = fields(of: human.form) {
            let first = human.options.filter { $0.value == chosen }
            let options = first + human.options.filter { $0.value != chosen }
            let buttons = options.map {
                "<button type=\"submit\" name=\"decision\" value=\"\(escaped($0.value))\">\(escaped($0.label))</button>"
            }
            parts.append(
                """
                <form method="post" action="/decide">
                <input type="hidden" name="token" value="\(escaped(token))">
                \(fields.joined(separator: "\n"))
                <p><label>Comment<br><textarea name="comment" rows="4" cols="60" \
                maxlength="\(TaskChoice.longestComment)"></textarea></label></p>
                <p>\(buttons.joined(separator: " "))</p>
                </form>
                """)
        } else {
            parts.append("<p>It asks for more than a page without scripts can take. Decide it in Patchbay.</p>")
        }
        return page(human.title, parts.joined(separator: "\n"), problem == nil ? .ok : .badRequest)
    }

    static func message(_ title: String, _ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        page(title, "<h1>\(escaped(title))</h1><p>\(escaped(text))</p>", status)
    }

    private static func page(_ title: String, _ body: String, _ status: HTTPResponse.Status) -> Response {
        let text = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\
            <title>\(escaped(title))</title></head>
            <body>\(body)</body></html>

            """
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static func payload(_ payload: JSON) -> [String] {
        guard !payload.isNull else { return [] }
        guard let object = payload.object else {
            return ["<pre>\(escaped(payload.text.shortened(to: shownPayload)))</pre>"]
        }
        let rows = object.prefix(100).map { member in
            let value = member.value.string ?? member.value.text
            return "<tr><th>\(escaped(member.name))</th><td>\(lines(value.shortened(to: 1_000)))</td></tr>"
        }
        return ["<table>\(rows.joined(separator: "\n"))</table>"]
    }

    // MARK: Forms

    /// Inputs for an object of texts, numbers, choices and yes-or-no; nil for what needs more.
    private static func fields(of form: JSON?) -> [String]? {
        guard let form else { return [] }
        guard let members = members(of: form) else { return nil }
        let required = Set((form["required"]?.array ?? []).compactMap(\.string))
        var fields: [String] = []
        for (name, schema) in members {
            let label = escaped(schema["title"]?.string ?? name)
            let id = "name=\"form.\(escaped(name))\"" + (required.contains(name) ? " required" : "")
            let input: String
            switch schema["type"]?.string {
            case "boolean": input = "<input type=\"checkbox\" name=\"form.\(escaped(name))\" value=\"true\">"
            case "integer": input = "<input type=\"number\" step=\"1\" \(id)>"
            case "number": input = "<input type=\"number\" step=\"any\" \(id)>"
            default:
                if let words = schema["enum"]?.array?.compactMap(\.string) {
                    input = "<select \(id)>" + words.map { "<option>\(escaped($0))</option>" }.joined() + "</select>"
                } else {
                    input = "<input type=\"text\" \(id)>"
                }
            }
            fields.append("<p><label>\(label)<br>\(input)</label></p>")
        }
        return fields
    }

    private static func members(of form: JSON) -> [(name: String, schema: JSON)]? {
        guard form["type"] == "object", let properties = form["properties"]?.object, properties.count <= mostFields
        else { return nil }
        let members = properties.map { (name: $0.name, schema: $0.value) }
        let isSimple = members.allSatisfy { member in
            ["boolean", "integer", "number", "string"].contains(member.schema["type"]?.string ?? "")
        }
        return isSimple ? members : nil
    }

    /// What the inputs of a form gave, as its schema has it; null without a form.
    static func form(_ fields: [(name: String, value: String)], of form: JSON?) -> JSON {
        guard let form, let members = members(of: form) else { return .null }
        var object = JSONObject()
        for (name, schema) in members {
            let text = fields.first { $0.name == "form.\(name)" }?.value
            switch schema["type"]?.string {
            case "boolean": object[name] = .bool(text == "true")
            case "integer", "number":
                guard let text, !text.isEmpty else { continue }
                // What is no number stays a text, which the schema refuses with the right words.
                let read = try? JSON(parsing: Array(text.utf8))
                switch read {
                case .int?, .uint?, .double?: object[name] = read
                default: object[name] = .string(text)
                }
            default:
                guard let text, !text.isEmpty else { continue }
                object[name] = .string(text)
            }
        }
        return .object(object)
    }

    private static func lines(_ text: String) -> String {
        escaped(text).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "<br>")
    }

    private static func escaped(_ text: String) -> String { ConsentPage.escaped(text) }
}
