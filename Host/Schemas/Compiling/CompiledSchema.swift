import PatchbayJSON

/// What a document has become: nodes that name each other by position, so that a schema may contain itself.
struct CompiledSchema: Sendable {
    var nodes: [SchemaNode] = []
    var places: [SchemaPlace] = []
    var resources: [SchemaResource] = []
    /// For each dynamic anchor that is referred to: the node it is in each resource that has it.
    var dynamicAnchors: [[Int: Int]] = []

    /// Where a node is in its document, and a keyword in it.
    func pointer(to node: Int, _ keyword: String? = nil) -> JSONPointer {
        let pointer = places.pointer(to: nodes[node].place)
        return keyword.map { pointer.appending($0) } ?? pointer
    }

    /// The same as a URI: that of the nearest `$id`, and a pointer from there.
    func location(of node: Int, _ keyword: String? = nil) -> String {
        let resource = resources[nodes[node].resource]
        var pointer = places.pointer(to: nodes[node].place, below: resource.root)
        if let keyword { pointer = pointer.appending(keyword) }
        return resource.uri + "#" + pointer.description.percentEncodedForFragment
    }

    /// The node's document, when it is not the one that was compiled but one it refers to.
    func foreignDocument(of place: Int) -> String? {
        let document = places.document(of: place)
        return document == 0 ? nil : resources[places[document].resource].uri
    }
}

extension String {
    /// With `%41` for every byte that may not stand in a fragment (RFC 3986, 3.5).
    fileprivate var percentEncodedForFragment: String {
        let plain = "-._~!$&'()*+,;=:@/?".utf8
        var encoded: [UInt8] = []
        for byte in utf8 {
            if byte.isASCIILetter || byte.isASCIIDigit || plain.contains(byte) {
                encoded.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += (digits.utf8.count == 1 ? "%0" : "%").utf8
                encoded += digits.utf8
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
