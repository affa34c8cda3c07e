package import PatchbayJSON

/// `{"expression", "given"}` → `{"result"}`.
package enum JMESPathLine {
    package static func answer(_ line: JSON) -> JSON {
        LineRequest.answer(line) { request throws(LineRequest.Refusal) in
            let source = try request.required("expression")
            do throws(JMESPathError) {
                return ["result": try JMESPath(source).search(request["given"] ?? .null)]
            } catch {
                throw LineRequest.Refusal(Fault(.value, error.message, hint: error.hint, at: error.offset), in: source)
            }
        }
    }
}
