/// Why a text is no pattern that can be matched, continuing the name of the keyword.
struct PatternRefusal: Error {
    var message: String

    init(_ message: String) {
        self.message = message
    }
}
