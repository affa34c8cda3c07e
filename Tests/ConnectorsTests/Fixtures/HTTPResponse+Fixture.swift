import ConnectorSDK
import PatchbayJSON

extension HTTPResponse {
    /// An answer with a text for a body.
    init(_ status: Int, _ headers: [String: String] = [:], text: String = "", url: String = "https://a.example/x?k=v") {
        self.init(
            status: status, headers: headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) },
            body: Array(text.utf8), url: url)
    }

    /// An answer with JSON for a body.
    init(_ status: Int, _ headers: [String: String] = [:], json: JSON) {
        self.init(status, headers.merging(["content-type": "application/json"]) { $1 }, text: json.text)
    }
}
