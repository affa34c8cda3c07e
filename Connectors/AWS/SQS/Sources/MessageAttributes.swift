import PatchbayJSON

/// Attributes of messages, which have a type beside their value; here they are texts.
enum MessageAttributes {
    static func wire(_ attributes: [String: String]) -> JSON {
        var object = JSONObject()
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            object[name] = ["DataType": "String", "StringValue": .string(value)]
        }
        return .object(object)
    }

    /// Numbers as texts, bytes in base 64, as they come.
    static func read(_ json: JSON?) -> [String: String] {
        var attributes: [String: String] = [:]
        for member in json?.object ?? [:] {
            attributes[member.name] = member.value["StringValue"]?.string ?? member.value["BinaryValue"]?.string
        }
        return attributes
    }
}
