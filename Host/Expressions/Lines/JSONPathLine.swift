package import PatchbayJSON

/// `{"selector", "document"}` → `{"result": […], "paths": […]}`, paths as RFC 9535 normalizes them.
package enum JSONPathLine {
    package static func answer(_ line: JSON) -> JSON {
        LineRequest.answer(line) { request throws(LineRequest.Refusal) in
            let source = try request.required("selector")
            do throws(JSONPathError) {
                let nodes = try JSONPath(source).evaluate(request["document"] ?? .null)
                return [
                    "result": .array(nodes.map(\.value)), "paths": .array(nodes.map { .string($0.path.description) }),
                ]
            } catch {
                guard let offset = error.offset else { throw LineRequest.Refusal(error.message) }
                throw LineRequest.Refusal(Fault(.value, error.message, at: offset), in: source)
            }
        }
    }
}
