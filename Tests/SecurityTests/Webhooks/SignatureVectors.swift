import Glibc
import PatchbayJSON

/// The shared suite of webhook signatures: beside the package, in `../shared`, or where `PATCHBAY_SHARED` says.
enum SignatureVectors {
    static let all: [JSON]? = {
        let beside = #filePath.split(separator: "/").dropLast(5).map { "/" + $0 }.joined()
        let shared = getenv("PATCHBAY_SHARED").map { String(cString: $0) } ?? beside + "/shared"
        guard let file = fopen(shared + "/suites/webhook-signatures/vectors.json", "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return try? JSON(parsing: Array(bytes[..<count])).array
    }()

    static func cases(_ scheme: String) -> [JSON] {
        (all ?? []).filter { $0["scheme"]?.string == scheme }
    }
}
