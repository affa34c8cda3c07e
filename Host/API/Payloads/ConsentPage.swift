import HTTPTypes
import Hummingbird
import NIOCore

/// The page that somebody sees who comes back from a provider: two sentences, no script, no style.
enum ConsentPage {
    /// Whether an `Accept` header names JSON and no page.
    static func isForPrograms(_ accept: some Sequence<String>) -> Bool {
        let text = accept.joined(separator: ",").lowercased()
        return text.contains("application/json") && !text.contains("text/html")
    }

    static func response(title: String, text: String, status: HTTPResponse.Status = .ok) -> Response {
        let page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(escaped(title))</title></head>
            <body><h1>\(escaped(title))</h1><p>\(escaped(text))</p></body></html>

            """
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
