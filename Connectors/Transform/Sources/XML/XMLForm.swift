import ConnectorSDK

/// How a document stands in JSON.
enum XMLForm: String, FieldChoice {
    /// `<a x="1"><b>2</b><b>3</b></a>` is `{"a": {"@x": "1", "b": ["2", "3"]}}`.
    case compact
    /// `<a>x<b/></a>` is `{"name": "a", "attributes": {}, "children": ["x", {"name": "b", …}]}`: everything in its order.
    case ordered
}
