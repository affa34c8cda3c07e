import ConnectorSDK
import PatchbayJSON

/// A picture for the model to look at: by its address, or itself.
struct Image: Fields {
    @Field("Address of the picture, which Anthropic fetches.", .length(1...16_384), .format("uri")) var url: String?
    @Field("The picture in base 64.") var data: Bytes?
    @Field("Type of `data`.", default: .png) var mediaType: MediaType

    enum MediaType: String, FieldChoice {
        case png = "image/png"
        case jpeg = "image/jpeg"
        case gif = "image/gif"
        case webp = "image/webp"
    }

    /// As a block of a message.
    func block(at pointer: String) throws(ConnectorError) -> JSON {
        switch (url, data) {
        case (let url?, nil): return ["type": "image", "source": ["type": "url", "url": .string(url)]]
        case (nil, let data?):
            return [
                "type": "image",
                "source": [
                    "type": "base64", "media_type": .string(mediaType.rawValue), "data": .string(data.base64),
                ],
            ]
        default: throw .invalid(pointer, "needs one of `url` and `data`")
        }
    }
}
