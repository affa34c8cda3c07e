import PatchbayJSON

/// Where the fields of a `Fields` struct lie in memory, so that a value is written as JSON without reflection, which costs
/// a microsecond a call.
///
/// Swift lays a struct's stored properties out in their order, each at the next address that its alignment allows. The sum
/// is compared with the struct's real size when the table is made; a layout that is not understood ends there.
struct FieldLayout: Sendable {
    private let fields: [@Sendable (UnsafeRawPointer) -> JSON?]

    /// - Parameter types: the properties' types, in the order of their declaration.
    init<Object: Fields>(of object: Object.Type, types: [any DeclaredField.Type]) {
        var end = 0
        fields = types.map { type in Self.reader(of: type, after: &end) }
        precondition(end == MemoryLayout<Object>.size, "the layout of \(Object.self) is not the sum of its fields")
    }

    /// The members' values, in the order of their declaration; nil for those that are left out.
    func values<Object: Fields>(of object: Object, _ body: (Int, JSON) -> Void) {
        withUnsafePointer(to: object) { pointer in
            for (index, field) in fields.enumerated() {
                if let value = field(UnsafeRawPointer(pointer)) { body(index, value) }
            }
        }
    }

    private static func reader<Property: DeclaredField>(
        of property: Property.Type, after end: inout Int
    ) -> @Sendable (UnsafeRawPointer) -> JSON? {
        let alignment = MemoryLayout<Property>.alignment
        let offset = (end + alignment - 1) & ~(alignment - 1)
        end = offset + MemoryLayout<Property>.size
        return { object in (object + offset).assumingMemoryBound(to: Property.self).pointee.json }
    }
}
