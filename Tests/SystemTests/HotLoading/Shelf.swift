import HTTPTypes
import HostFixture
import Hummingbird
import NIOCore
import Synchronization

/// A web server that packages are fetched from.
final class Shelf: Sendable {
    private let package = Mutex<[UInt8]>([])

    func put(_ bytes: [UInt8]) { package.withLock { $0 = bytes } }

    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.get("/greeter.pbc") { _, _ in
            let bytes = self.package.withLock { $0 }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        router.get("/moved.pbc") { _, _ in
            Response(status: .found, headers: [.location: "http://localhost:1/greeter.pbc"])
        }
        try await router.listen(body)
    }
}
