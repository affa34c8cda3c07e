import CLibPQ
import ConnectorSDK
import PatchbayJSON

extension ConnectorError {
    /// What a refused statement means (https://www.postgresql.org/docs/current/errcodes-appendix.html). One that is refused
    /// has changed nothing.
    init(_ result: OpaquePointer) {
        func field(_ letter: Character) -> String? {
            PQresultErrorField(result, Int32(letter.asciiValue ?? 0)).map { String(cString: $0) }
        }
        let state = field("C") ?? ""
        let position = field("P").flatMap { Int($0) }
        var detail: JSONObject = ["sqlstate": .string(state)]
        for (name, letter) in [("detail", "D"), ("hint", "H"), ("table", "t"), ("column", "c"), ("constraint", "n")]
            as [(String, Character)]
        {
            detail[name] = field(letter).map(JSON.string)
        }
        if let position { detail["position"] = .int(Int64(position)) }
        let place = position.map { " (at character \($0))" } ?? ""
        self.init(
            Self.code(of: state), "PostgreSQL refused: \(field("M") ?? "no reason was given")\(place).", effect: .none,
            vendorCode: state, detail: .object(detail))
        switch state.prefix(2) {
        case "42" where code == .invalidInput, "25": pointer = "/sql"
        case "22": pointer = "/parameters"
        // Another attempt may well go through.
        case "40": retry = .yes
        default: break
        }
    }

    private static func code(of state: String) -> Code {
        switch state {
        case "42501", "28000", "28P01": return .authDenied
        case "57014": return .timeout
        case "57P01", "57P02", "57P03": return .unavailable
        default: break
        }
        switch state.prefix(2) {
        case "08", "53", "58": return .unavailable
        case "22", "25", "26", "42": return .invalidInput
        case "23", "40", "55": return .conflict
        case "0A": return .unsupported
        case "3D", "3F": return .config
        default: return .upstream
        }
    }
}
