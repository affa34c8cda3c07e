import Glibc
import PatchbayJSON

/// Holds recorded requests against a vendor's own description of its API, by the shared tool `spec_check.py`.
enum SpecCheck {
    struct Verdict {
        /// Lines of requests that the description refuses.
        var refused: [String]
        var fine: Int
        var output: String
    }

    /// A recorded request with what it is called in the verdict.
    struct Line {
        var label: String
        var request: RecordingServer.Request
    }

    /// Nil, said aloud, when the descriptions or the tool's needs are not there.
    static func verdict(on lines: [Line], of vendor: String) -> Verdict? {
        let tool = "\(root)/tools/spec_check.py"
        guard access(tool, R_OK) == 0, access("\(root)/specs/\(vendor)", R_OK) == 0 else {
            print(
                "NOT RUN: no description of \(vendor) at \(root)/specs; set PATCHBAY_SHARED to the folder that holds it"
            )
            return nil
        }
        guard Command.run("python3 -c 'import yaml'").status == 0 else {
            print("NOT RUN: python3 with PyYAML is missing; install the packages python3 and python3-yaml")
            return nil
        }
        let file = "\(TemporaryFolder.make())/\(vendor).jsonl"
        TemporaryFolder.write(lines.map { $0.json.text + "\n" }.joined(), to: file)
        let command = ["python3", tool, "\(root)/specs", vendor, file].map(Command.quoted).joined(separator: " ")
        let result = Command.run(command)
        let verdicts = result.output.split(separator: "\n").map(String.init)
        return Verdict(
            refused: verdicts.filter { $0.hasPrefix("REFUSED") }, fine: verdicts.count { $0.hasPrefix("fine") },
            output: result.output)
    }

    /// The environment's `PATCHBAY_SHARED`, else a folder `shared` beside the package.
    private static var root: String {
        if let named = getenv("PATCHBAY_SHARED").map({ String(cString: $0) }), !named.isEmpty { return named }
        // <package>/Tests/ConnectorsTests/Fixtures/SpecCheck.swift
        let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        return package.joined(separator: "/") + "/../shared"
    }
}

extension SpecCheck.Line {
    fileprivate var json: JSON {
        var headers = JSONObject()
        for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) { headers[name] = .string(value) }
        return [
            "method": .string(request.method), "path": .string(request.target), "headers": .object(headers),
            "body": request.body.isEmpty ? nil : .string(request.text), "label": .string(label),
        ]
    }
}
