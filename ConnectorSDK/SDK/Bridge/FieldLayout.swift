public import PatchbayJSON

/// What a field needs of memory, and how its value is read there.
@usableFromInline
struct FieldPlace: Sendable {
    let size: Int
    let alignment: Int
    /// The field's value; nil when the member is left out.
    let value: @Sendable (UnsafeRawPointer) -> JSON?

    @usableFromInline
    init(size: Int, alignment: Int, value: @escaping @Sendable (UnsafeRawPointer) -> JSON?) {
        self.size = size
        self.alignment = alignment
        self.value = value
    }

    @inlinable
    init<Value: FieldValue>(of field: Field<Value>.Type) {
        self.init(size: MemoryLayout<Field<Value>>.size, alignment: MemoryLayout<Field<Value>>.alignment) {
            $0.assumingMemoryBound(to: Field<Value>.self).pointee.value?.json
        }
    }
}

/// Where the fields of a `Fields` struct lie in memory, so that a value is written as JSON without reflection, which costs
/// a microsecond a call.
///
/// Swift lays a struct's stored properties out in their order, each at the next address that its alignment allows. The sum
/// is compared with the struct's real size when the table is made; a layout that is not understood ends there.
struct FieldLayout: Sendable {
    private let fields: [(offset: Int, place: FieldPlace)]

    /// - Parameter places: of the properties, in the order of their declaration.
    init<Object: Fields>(of object: Object.Type, _ places: [FieldPlace]) {
        var end = 0
        fields = places.map { place in
            let offset = (end + place.alignment - 1) & ~(place.alignment - 1)
            end = offset + place.size
            return (offset, place)
        }
        precondition(end == MemoryLayout<Object>.size, "the layout of \(Object.self) is not the sum of its fields")
    }

    /// The members' values, in the order of their declaration; nil for those that are left out.
    func values<Object: Fields>(of object: Object, _ body: (Int, JSON) -> Void) {
        withUnsafePointer(to: object) { read(from: UnsafeRawPointer($0), body) }
    }

    private func read(from object: UnsafeRawPointer, _ body: (Int, JSON) -> Void) {
        for (index, field) in fields.enumerated() {
            if let value = field.place.value(object + field.offset) { body(index, value) }
        }
    }
}
