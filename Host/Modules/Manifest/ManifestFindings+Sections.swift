import PatchbayJSON

extension ManifestFindings {
    mutating func abi(_ node: ManifestNode) -> Manifest.ABI? {
        let major = integer("major", of: node, 1...1_000)
        let minor = integer("least_minor", of: node, 0...1_000_000)
        onlyKnown(["major", "least_minor"], of: node)
        guard let major, let minor else { return nil }
        return Manifest.ABI(major: Int(major), leastMinor: Int(minor))
    }

    mutating func sdk(_ node: ManifestNode) -> Manifest.SDK? {
        let name = text("name", of: node)
        let version = text("version", of: node)
        let language = text("language", of: node)
        let runtime = word("runtime", of: node, Manifest.Runtime.self)
        onlyKnown(["name", "version", "language", "runtime"], of: node)
        guard let name, let version, let language, let runtime else { return nil }
        return Manifest.SDK(name: name, version: version, language: language, runtime: runtime)
    }

    mutating func limits(_ node: ManifestNode) -> Manifest.Limits? {
        let concurrency = integer("concurrency", of: node, 1...10_000)
        let timeout = integer("timeout_ms", of: node, Self.timeouts)
        let memory = optional("memory_mb", of: node, need: "a whole number from 16 to 65536") {
            $0.value.int.flatMap { (16...65_536).contains($0) ? $0 : nil }
        }
        let cpu = optional("cpu_ms", of: node, need: "a whole number from 1 to \(Self.timeouts.upperBound)") {
            $0.value.int.flatMap { Self.timeouts.contains($0) ? $0 : nil }
        }
        let calls = optional("calls_per_process", of: node, need: "a whole number from 1 to 1000") {
            $0.value.int.flatMap { (1...1_000).contains($0) ? Int($0) : nil }
        }
        onlyKnown(["concurrency", "timeout_ms", "memory_mb", "cpu_ms", "calls_per_process"], of: node)
        guard let concurrency, let timeout else { return nil }
        return Manifest.Limits(
            concurrency: Int(concurrency), timeout: timeout, memory: memory.map { $0 << 20 }, cpu: cpu,
            callsPerProcess: calls)
    }

    mutating func platform(_ node: ManifestNode) -> Manifest.Platform? {
        let os = text("os", of: node)
        let arch = text("arch", of: node)
        let glibc = optional("least_glibc", of: node, need: "a version such as 2.34") {
            $0.value.string.flatMap { GlibcVersion($0) }
        }
        onlyKnown(["os", "arch", "least_glibc"], of: node)
        guard let os, let arch else { return nil }
        return Manifest.Platform(os: os, arch: arch, leastGlibc: glibc)
    }

    mutating func library(_ node: ManifestNode) -> Manifest.Library? {
        let file = required("file", of: node, need: "the name of a file beside the manifest that ends in .so") {
            $0.value.string.flatMap { name in
                name.hasSuffix(".so") && name.utf8.count <= 255 && !name.utf8.contains { $0 == 0x2F || $0 == 0 }
                    ? name : nil
            }
        }
        let sha256 = required("sha256", of: node, need: "64 hexadecimal digits in lower case") {
            $0.value.string.flatMap { text in
                text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
                    ? text : nil
            }
        }
        let size = integer("size", of: node, 1...(1 << 31))
        onlyKnown(["file", "sha256", "size"], of: node)
        guard let file, let sha256, let size else { return nil }
        return Manifest.Library(file: file, sha256: sha256, size: size)
    }

    /// A JSON Schema that describes an object.
    mutating func schema(_ name: String, of node: ManifestNode) -> JSON? {
        let need = #"a JSON Schema of an object: an object with "type": "object""#
        // Spelled out: a bare nil would be the value null.
        return required(name, of: node, need: need) {
            $0.value["type"]?.string == "object" ? $0.value : Optional<JSON>.none
        }
    }

    /// 1 ms to a day.
    static let timeouts: ClosedRange<Int64> = 1...86_400_000
}
