extension SealingKey {
    /// The key in a file: 64 hexadecimal digits, or 32 raw bytes. Where there is no file, one with a new key is created
    /// with mode 0600; its folder must exist.
    package static func load(orCreateAt path: String) throws(SecurityError) -> SealingKey {
        let file = PrivateFile(path: path)
        if let content = try file.read() { return try SealingKey(content: content, path: path) }
        let fresh = SealingKey()
        if try file.create(fresh.fileContent) { return fresh }
        // Another process was faster; its key is the one.
        guard let content = try file.read() else {
            throw SecurityError(code: .unreadable, message: "\(path) comes and goes; is another process changing it?")
        }
        return try SealingKey(content: content, path: path)
    }

    /// The key in a file; nil when there is no such file.
    package static func load(_ path: String) throws(SecurityError) -> SealingKey? {
        guard let content = try PrivateFile(path: path).read() else { return nil }
        return try SealingKey(content: content, path: path)
    }

    private init(content: [UInt8], path: String) throws(SecurityError) {
        if content.count == Self.size {
            try self.init(bytes: content)
            return
        }
        let text = String(decoding: content, as: UTF8.self).filter { !$0.isWhitespace }
        guard let bytes = Hexadecimal.bytes(text), bytes.count == Self.size else {
            throw SecurityError(
                code: .malformed,
                message:
                    "\(path) holds \(content.count) bytes that are no key; a key is 64 hexadecimal digits or 32 raw "
                    + "bytes. Restore the file from a backup: what was sealed with its key cannot be opened without it")
        }
        try self.init(bytes: bytes)
    }
}
