import ConnectorSDK
import PatchbayJSON

/// A commit of a push.
struct PushedCommit: Fields {
    @Field("Its SHA.") var id: String
    @Field("Its message.") var message: String
    @Field("Name of its author.") var author: String?
    @Field("Address of its author.") var email: String?
    @Field("When it was made.", .format("date-time")) var timestamp: String?
    @Field("Its page.", .format("uri")) var url: String?
    @Field("Files that it adds.") var added: [String]
    @Field("Files that it removes.") var removed: [String]
    @Field("Files that it changes.") var modified: [String]

    init(_ json: JSON) {
        self.init()
        func files(_ name: String) -> [String] { (json[name]?.array ?? []).compactMap(\.string) }
        id = json["id"]?.string ?? ""
        message = json["message"]?.string ?? ""
        author = json["author"]?["name"]?.string
        email = json["author"]?["email"]?.string
        timestamp = json["timestamp"]?.string
        url = json["url"]?.string
        added = files("added")
        removed = files("removed")
        modified = files("modified")
    }

    init() {}
}
