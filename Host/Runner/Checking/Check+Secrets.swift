import CPatchbay
import Glibc
import Synchronization

extension Check {
    /// Whether a secret that it was given comes back in what people read.
    mutating func secrets() throws(CheckStop) {
        guard !plan.secrets.isEmpty else {
            findings.skipped = "It is never given a secret: the host attaches them."
            return
        }
        let host = CheckHost(secrets: plan.secrets)
        let session = try CheckSession(file, host: host)
        callAll(session)
        callAll(session, inputs: \.wrong)
        for fault in NamedAnswer.faults {
            host.answer = fault.answer
            for operation in plan.operations { _ = session.run(call(operation)) }
        }
        try session.finish()
        report(host)
        for secret in plan.secrets where secret.occurs(in: streams.text()) {
            findings.failed("It printed the secret of its credential, \(secret.form).")
        }
    }
}

extension CheckHost {
    /// Notes when the secret is in what a connector hands out.
    func look(_ bytes: pb_bytes, _ call: pb_call, _ place: String) {
        guard !secrets.isEmpty, let data = bytes.data else { return }
        let text = UnsafeRawBufferPointer(start: data, count: Int(clamping: bytes.size))
        for secret in secrets where secret.occurs(in: text) {
            let name = state.withLock { $0.operations[call] }
            note("`\(name ?? "?")` shows the secret of its credential, \(secret.form), in \(place).")
        }
    }
}

extension CheckPlan.Secret {
    func occurs(in text: [UInt8]) -> Bool { text.withUnsafeBytes(occurs) }

    func occurs(in text: UnsafeRawBufferPointer) -> Bool {
        guard let start = text.baseAddress, let first = bytes.first else { return false }
        var place = 0
        while place + bytes.count <= text.count,
            let found = memchr(start + place, Int32(first), text.count - place - bytes.count + 1)
        {
            if memcmp(found, bytes, bytes.count) == 0 { return true }
            place = UnsafeRawPointer(found) - start + 1
        }
        return false
    }
}
