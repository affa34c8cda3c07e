import CRE2

/// Owns what RE2 compiled. Sendable, since RE2's object never changes after it was made (what it caches while it matches it
/// locks by itself) and the pointer lives exactly as long as this object.
final class CompiledPattern: @unchecked Sendable {
    private let pattern: OpaquePointer

    init(_ source: String, options: PatternOptions, limits: PatternLimits) throws(PatternError) {
        var settings = cre2_options(
            memory: Int64(limits.memory), ignore_case: options.contains(.ignoresCase),
            dot_matches_newline: options.contains(.dotMatchesNewline),
            longest_match: options.contains(.longestMatch))
        var failure = cre2_failure()
        let compiled = Self.withBytes(of: source) { cre2_compile($0.baseAddress, $0.count, &settings, &failure) }
        guard let compiled else { throw Self.error(from: failure, source: source) }
        pattern = compiled
    }

    deinit { cre2_free(pattern) }

    var groupCount: Int { Int(cre2_group_count(pattern)) }
    /// At least 1, as the weight.
    var programSize: Int { Int(cre2_program_size(pattern)) }
    var weight: Int { Int(cre2_weight(pattern)) }

    /// The name of a group, 1 for the first.
    func groupName(_ group: Int) -> String? { cre2_group_name(pattern, Int32(group)).map { String(cString: $0) } }

    func matches(_ text: String, anchor: cre2_anchor) -> Bool {
        Self.withBytes(of: text) { cre2_match(pattern, $0.baseAddress, $0.count, 0, anchor, nil, 0) }
    }

    /// Calls `body` with each match from left to right until it answers false. As everywhere with RE2, an empty match that
    /// begins where the one before ended is none.
    func forEachMatch(in text: String, _ body: (PatternMatch) -> Bool) {
        Self.withBytes(of: text) { bytes in
            var spans = [cre2_span](repeating: cre2_span(), count: groupCount + 1)
            var position = 0
            var lastEnd: Int?
            while position <= bytes.count,
                cre2_match(
                    pattern, bytes.baseAddress, bytes.count, position, CRE2_ANYWHERE, &spans, Int32(spans.count))
            {
                let match = PatternMatch(spans)
                if match.range.isEmpty, match.range.lowerBound == lastEnd {
                    position = Self.characterEnd(after: match.range.upperBound, in: bytes)
                    continue
                }
                guard body(match) else { return }
                lastEnd = match.range.upperBound
                position = match.range.upperBound
            }
        }
    }

    private static func characterEnd(after position: Int, in bytes: UnsafeBufferPointer<CChar>) -> Int {
        var end = position + 1
        while end < bytes.count, UInt8(bitPattern: bytes[end]) & 0xC0 == 0x80 { end += 1 }
        return end
    }

    /// The text's own storage where it is native and contiguous, which copies nothing.
    private static func withBytes<Answer>(of text: String, _ body: (UnsafeBufferPointer<CChar>) -> Answer) -> Answer {
        var text = text
        return text.withUTF8 { bytes in bytes.withMemoryRebound(to: CChar.self, body) }
    }

    private static func error(from failure: cre2_failure, source: String) -> PatternError {
        var failure = failure
        let message = withUnsafeBytes(of: &failure.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let fragment = withUnsafeBytes(of: &failure.fragment) { Array($0.prefix(failure.fragment_length)) }
        // A cut character of a long fragment would be found nowhere.
        let whole = String(decoding: fragment, as: UTF8.self)
        guard !fragment.isEmpty else { return PatternError(message) }
        let offset = whole.utf8.count == fragment.count ? source.firstByteOffset(of: fragment) : nil
        return PatternError("\(message): `\(whole)`", offset: offset)
    }
}

extension String {
    /// Where those bytes stand first.
    fileprivate func firstByteOffset(of bytes: [UInt8]) -> Int? {
        let own = Array(utf8)
        guard bytes.count <= own.count else { return nil }
        return (0...own.count - bytes.count).first { start in own[start..<start + bytes.count].elementsEqual(bytes) }
    }
}
