import CLinux
import Glibc
import PatchbayFrames
import Testing

@testable import PatchbayModules

/// Frames between host and runner, also such as nobody honest sends.
@Suite struct FrameTests {
    private let mine: FramePort
    private let other: FramePort

    init() throws {
        guard let pair = FramePort.pair() else { throw Missing(what: "a socket pair") }
        (mine, other) = pair
    }

    /// What comes out at the other end: number, text, and whether nothing is left.
    private func receive() throws(FrameProblem) -> (id: UInt64, word: UInt32, number: Int64, text: String)? {
        try FrameReceiver(other).next { head, reader throws(FrameProblem) in
            let number = try reader.number()
            let text = try reader.text(atMost: .max)
            try reader.end()
            return (head.id, head.word, number, text)
        }
    }

    private func sendRaw(_ bytes: [UInt8], descriptor: Int32 = -1) {
        var bytes = bytes
        _ = clinux_send(mine.socket, &bytes, bytes.count, descriptor, true)
    }

    private func problem() -> FrameProblem? {
        do throws(FrameProblem) {
            _ = try receive()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0, 1, 65_000, 65_536, 1 << 20]) func `a frame comes as it was sent`(size: Int) throws {
        var frame = Frame(.log, id: .max, word: 7)
        frame.add(Int64.min)
        frame.add(String(repeating: "x", count: size))
        #expect(mine.send(frame, mayWait: true) == 0)
        let received = try #require(try receive())
        #expect(received.id == .max && received.word == 7 && received.number == .min)
        #expect(received.text.utf8.count == size)
        close()
    }

    @Test func `frames keep their order, large ones too`() throws {
        for number in 0..<20 {
            var frame = Frame(.log, id: UInt64(number))
            frame.add(Int64(number))
            frame.add(String(repeating: "y", count: number % 3 == 0 ? 100_000 : 10))
            #expect(mine.send(frame, mayWait: true) == 0)
        }
        for number in 0..<20 { #expect(try receive()?.number == Int64(number)) }
        close()
    }

    @Test func `who may not wait is told that there is no room`() {
        let frame = Frame(.ping)
        var status: Int32 = 0
        for _ in 0..<100_000 where status == 0 { status = mine.send(frame, mayWait: false) }
        #expect(status == EAGAIN)
        close()
    }

    @Test func `when the other side is gone there is an end, not an error`() throws {
        mine.close()
        #expect(try receive() == nil)
        #expect(other.send(Frame(.ping), mayWait: true) == EPIPE)
        other.close()
    }

    @Test func `what is cut off, unknown or too long is a problem`() {
        var frame = Frame(.log, id: 1)
        frame.add(Int64(5))
        frame.add("text")
        let whole = frame.bytes
        for length in 1..<16 {
            sendRaw(Array(whole.prefix(length)))
            #expect(problem() == .tooShort)
        }
        for length in 16..<whole.count {
            sendRaw(Array(whole.prefix(length)))
            #expect(problem() == .malformed(.log))
        }
        sendRaw(whole + [0])
        #expect(problem() == .malformed(.log), "something is left")
        sendRaw([255, 255] + whole.dropFirst(2))
        #expect(problem() == .unknownKind(65_535))
        sendRaw(whole[..<2] + [0, 128] + whole[4...])
        #expect(problem() == .malformed(.log), "an unknown flag")
        sendRaw(whole + [UInt8](repeating: 0, count: FrameProtocol.longestInline))
        #expect(problem() == .tooLong)
        var lying = whole
        lying.replaceSubrange(24..<28, with: [255, 255, 255, 255])
        sendRaw(lying)
        #expect(problem() == .malformed(.log), "a slice that is longer than the frame")
        close()
    }

    @Test func `memory that can still be changed is not taken`() {
        let head = Array(Frame(.log).bytes.prefix(2)) + [1, 0] + [UInt8](repeating: 0, count: 12)
        sendRaw(head)
        #expect(problem() == .badMemory, "none came along")
        let file = open("/dev/null", O_RDWR)
        sendRaw(head, descriptor: file)
        #expect(problem() == .badMemory, "no memory at all")
        let plain = Frame(.ping).bytes
        sendRaw(plain, descriptor: file)
        #expect(problem() == .strayDescriptor)
        Glibc.close(file)
        close()
    }

    @Test func `terms come as they were set`() throws {
        let terms = RunnerTerms(library: "/x/ü.so", memory: 1 << 40, ports: [5432, 65_535], without: 3)
        #expect(mine.send(terms.frame, mayWait: true) == 0)
        let read = try FrameReceiver(other).next { _, reader throws(FrameProblem) in try RunnerTerms(&reader) }
        #expect(read == terms)
        close()
    }

    private func close() {
        mine.close()
        other.close()
    }
}
