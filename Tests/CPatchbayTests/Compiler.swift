import Glibc
import Testing

/// `clang`, else `cc`.
enum Compiler {
    static var folder: String { String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.startIndex)) }
    static var headers: String { folder + "/../../ConnectorSDK/CPatchbay/include" }
    static var versionScript: String { folder + "/../../ConnectorSDK/CPatchbay/connector.map" }

    /// A file with that text in the system's temporary folder; whoever asks for it removes it.
    static func file(_ text: String) throws -> String {
        var template = Array("/tmp/patchbay-headers-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let bytes = Array(text.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        let source = path + ".c"
        try #require(rename(path, source) == 0)
        return source
    }

    /// Removes such a file, and the library made of it.
    static func remove(_ source: String) {
        for path in [source, source + ".so"] { unlink(path) }
    }

    static func text(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// What the compiler has to say; empty when all is well.
    static func run(_ arguments: [String]) throws -> String {
        let line = (["exec $(command -v clang || command -v cc)"] + arguments.map { "'\($0)'" } + ["2>&1"])
        let pipe = try #require(popen(line.joined(separator: " "), "r"))
        var words: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { words += buffer[..<count] }
        let status = pclose(pipe)
        let text = String(decoding: words, as: UTF8.self)
        return status != 0 && text.isEmpty ? "the compiler ended with \(status)" : text
    }
}
