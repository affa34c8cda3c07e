import Glibc

extension String {
    /// Whether two strings have the same bytes in UTF-8. (`==` takes differently composed letters for the same.)
    package func hasSameBytes(as other: String) -> Bool {
        let count = utf8.count
        guard count == other.utf8.count else { return false }
        guard count > 0 else { return true }
        let isSame = utf8.withContiguousStorageIfAvailable { bytes in
            other.utf8.withContiguousStorageIfAvailable { others in
                guard let bytes = bytes.baseAddress, let others = others.baseAddress else { return false }
                return memcmp(bytes, others, count) == 0
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
