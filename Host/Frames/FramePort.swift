import CLinux
import Glibc

/// One end of a socket pair that frames go through. Sending is safe from any thread; of receiving there is one at a time.
package struct FramePort: Sendable {
    package let socket: Int32

    package init(socket: Int32) { self.socket = socket }

    /// Two ends that know each other; nil with `errno`.
    package static func pair() -> (FramePort, FramePort)? {
        var ends: [Int32] = [-1, -1]
        guard clinux_socket_pair(&ends) == 0 else { return nil }
        return (FramePort(socket: ends[0]), FramePort(socket: ends[1]))
    }

    /// Sends a frame, whole or not at all. 0, or an error number; `EAGAIN` when it may not wait and there is no room.
    package func send(_ frame: borrowing Frame, mayWait: Bool) -> Int32 {
        frame.bytes.withUnsafeBytes { bytes in
            guard bytes.count > FrameProtocol.longestInline else {
                return clinux_send(socket, bytes.baseAddress, bytes.count, -1, mayWait)
            }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[Frame.headSize...])
            let memory = clinux_sealed(rest.baseAddress, rest.count)
            guard memory >= 0 else { return errno }
            defer { Glibc.close(memory) }
            return withUnsafeTemporaryAllocation(byteCount: Frame.headSize, alignment: 8) { head in
                head.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<Frame.headSize]))
                head.storeBytes(of: Frame.isApart.littleEndian, toByteOffset: 2, as: UInt16.self)
                return clinux_send(socket, head.baseAddress, head.count, memory, mayWait)
            }
        }
    }

    /// Lets a receiver wait a few milliseconds at most, where it may not wait for ever.
    package func receiveBriefly() -> Bool { clinux_receive_briefly(socket) }

    /// Waits until there is room for a frame, at most so long.
    package func waitForRoom(milliseconds: Int32) { clinux_wait_for_room(socket, milliseconds) }

    /// Nothing comes or goes any more; the other side sees the end.
    package func shutDown() { shutdown(socket, Int32(SHUT_RDWR)) }

    package func close() { Glibc.close(socket) }
}

/// The buffer that frames are received into.
package final class FrameReceiver {
    private let port: FramePort
    private let buffer: UnsafeMutableRawBufferPointer

    package init(_ port: FramePort) {
        self.port = port
        buffer = .allocate(byteCount: FrameProtocol.longestInline, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Waits for the next frame and lends it; nil when the other side is gone.
    ///
    /// - Parameter mayWait: Where it may not, and the port receives briefly, it throws `nothingCame` after some milliseconds.
    package func next<Result>(
        mayWait: Bool = true, _ use: (FrameHead, inout FrameReader) throws(FrameProblem) -> Result
    ) throws(FrameProblem) -> Result? {
        var descriptor: Int32 = -1
        var count = clinux_receive(port.socket, buffer.baseAddress, buffer.count, &descriptor)
        while count < 0, errno == EAGAIN {
            guard mayWait else { throw .nothingCame }
            clinux_wait_for_frame(port.socket)
            count = clinux_receive(port.socket, buffer.baseAddress, buffer.count, &descriptor)
        }
        defer { if descriptor >= 0 { close(descriptor) } }
        if count < 0 {
            if errno == ECONNRESET { return nil }
            throw errno == EMSGSIZE ? .tooLong : .receiving(errno)
        }
        // A message of no bytes looks the same as the end; nobody sends one.
        guard count > 0 else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])
        let head = try FrameHead(bytes)
        guard head.isApart else {
            guard descriptor < 0 else { throw .strayDescriptor }
            var reader = FrameReader(head.kind, UnsafeRawBufferPointer(rebasing: bytes[Frame.headSize...]))
            return try use(head, &reader)
        }
        var size = 0
        guard bytes.count == Frame.headSize, descriptor >= 0,
            let memory = clinux_map_sealed(descriptor, FrameProtocol.longest, &size)
        else { throw .badMemory }
        defer { clinux_unmap(memory, size) }
        var reader = FrameReader(head.kind, UnsafeRawBufferPointer(start: memory, count: size))
        return try use(head, &reader)
    }
}
