import CPatchbay
import Glibc
import PatchbayJSON

extension Check {
    /// Opens it and asks who it is.
    mutating func load() throws(CheckStop) {
        let begin = CheckClock.milliseconds
        let module: pb_module
        do throws(Library.Refusal) {
            module = try Library(opening: file).module
        } catch {
            let why = error.why.isEmpty ? "its entry answered \(error.status) without a reason" : error.why
            throw CheckStop("It was not loaded (\(error.stage)): \(why)")
        }
        let took = CheckClock.milliseconds - begin
        if took > 1_000 { findings.warning("Opening it took \(took) ms; hosts with many connectors start slowly.") }
        findings.data["id"] = .string(text(module.id))
        findings.data["version"] = .string(text(module.version))
        findings.data["least_minor"] = .int(Int64(module.least_minor))
        findings.data["manifest"] = .string(text(module.manifest(module.context)))
        if text(module.manifest(module.context)) != findings.data["manifest"]?.string {
            findings.failed("Its manifest is another one when it is asked for twice.")
        }
        if module.least_minor > UInt32(PB_ABI_MINOR) {
            findings.failed(
                "It needs ABI 1.\(module.least_minor), and its entry took a host with 1.\(PB_ABI_MINOR) all the same.")
        }
    }

    private func text(_ bytes: pb_bytes) -> String {
        String(decoding: UnsafeBufferPointer(start: bytes.data, count: Int(clamping: bytes.size)), as: UTF8.self)
    }

    private func entry() throws(CheckStop) -> pb_entry_fn {
        try Self.entry(of: file)
    }

    static func entry(of file: String) throws(CheckStop) -> pb_entry_fn {
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE),
            let symbol = dlsym(handle, PB_ENTRY_SYMBOL)
        else { throw CheckStop("It does not open: \(dlerror().map { String(cString: $0) } ?? "no reason given")") }
        return unsafeBitCast(symbol, to: pb_entry_fn.self)
    }

    /// A host that is older than what it needs.
    mutating func olderHost() throws(CheckStop) {
        var probe = pb_module()
        probe.size = UInt32(MemoryLayout<pb_module>.size)
        let entry = try entry()
        var why = [CChar](repeating: 0, count: 256)
        guard entry(UInt32(PB_ABI_MINOR), &probe, &why, 256) == PB_OK else {
            throw CheckStop("Its entry refuses this host.")
        }
        guard probe.least_minor > 0 else {
            findings.skipped = "It works with ABI 1.0, and there is no older one."
            return
        }
        var module = pb_module()
        module.size = UInt32(MemoryLayout<pb_module>.size)
        why = [CChar](repeating: 0, count: 256)
        let status = entry(probe.least_minor - 1, &module, &why, 256)
        if status == PB_OK {
            findings.failed("It needs ABI 1.\(probe.least_minor) and takes a host with 1.\(probe.least_minor - 1).")
        } else if why[0] == 0 {
            findings.failed("It refuses an older host without saying what it needs.")
        }
    }

    /// A host that is newer: bigger tables, whose new members must not matter.
    mutating func newerHost() throws(CheckStop) {
        let tail = 64, known = MemoryLayout<pb_module>.size, minor = UInt32(PB_ABI_MINOR) + 7
        let room = UnsafeMutableRawPointer.allocate(byteCount: known + tail, alignment: 16)
        memset(room, 0xDB, known + tail)
        room.storeBytes(of: UInt32(known + tail), as: UInt32.self)
        var why = [CChar](repeating: 0, count: 256)
        let status = try entry()(minor, room.assumingMemoryBound(to: pb_module.self), &why, 256)
        guard status == PB_OK else {
            throw CheckStop("It refuses a host that speaks ABI 1.\(minor); newer ones fit too.")
        }
        let module = room.load(as: pb_module.self)
        guard Int(module.size) >= known, Int(module.size) <= known + tail else {
            throw CheckStop("It says that its module has \(module.size) bytes; the host offered \(known + tail).")
        }
        let isUntouched = (Int(module.size)..<known + tail).allSatisfy {
            room.load(fromByteOffset: $0, as: UInt8.self) == 0xDB
        }
        if !isUntouched { findings.failed("It writes behind the \(module.size) bytes that it says its module has.") }
        let host = CheckHost(style: .walled, minor: minor, tail: tail)
        let session = try CheckSession(module, host: host)
        for operation in plan.operations {
            var call = call(operation)
            call.tail = 24
            let (started, ending) = session.run(call)
            if started.status == PB_OK, ending == nil { break }
        }
        try session.finish()
        report(host)
    }

    /// A host that offers less room than its module needs, and almost none for its reason.
    mutating func smallRoom() throws(CheckStop) {
        let entry = try entry()
        let offered = 40, whole = MemoryLayout<pb_module>.size
        let room = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: 16)
        memset(room, 0xDB, whole)
        room.storeBytes(of: UInt32(offered), as: UInt32.self)
        var why = [CChar](repeating: 0x7B, count: 8)
        let status = entry(UInt32(PB_ABI_MINOR), room.assumingMemoryBound(to: pb_module.self), &why, 4)
        let isUntouched = (offered..<whole).allSatisfy { room.load(fromByteOffset: $0, as: UInt8.self) == 0xDB }
        if !isUntouched { findings.failed("Its entry writes past the \(offered) bytes of room that it was offered.") }
        if why[4...].contains(where: { $0 != 0x7B }) {
            findings.failed("Its entry writes past the 4 bytes of room that its reason was offered.")
        }
        let size = room.load(as: UInt32.self)
        if status == PB_OK, Int(size) > offered {
            findings.failed("Its entry says that it filled \(size) bytes of \(offered).")
        }
    }

    /// Structs that end exactly where the first release ends, before memory that must not be touched.
    mutating func structSizes() throws(CheckStop) { try callAll(lending: .walled) }

    /// Texts and structs are gone once `invoke` has returned, and answers once they were taken.
    mutating func borrowedMemory() throws(CheckStop) { try callAll(lending: .revoked) }

    private mutating func callAll(lending style: LentMemory.Style) throws(CheckStop) {
        let host = CheckHost(style: style)
        let session = try CheckSession(file, host: host)
        callAll(session)
        try session.finish()
        report(host)
    }

    /// Capabilities that nobody has, asked of it; and a host that has none.
    mutating func extensions() throws(CheckStop) {
        let host = CheckHost(isBare: true)
        let session = try CheckSession(file, host: host)
        if let find = session.module.extension {
            for id in ["", "patchbay.nothing/1", "patchbay.http/1 ", "x", String(repeating: "y", count: 10_000)]
            where find(session.module.context, id) != nil {
                findings.failed("It answers the capability `\(id.prefix(40))`, which does not exist.")
            }
        }
        callAll(session)
        try session.finish()
        report(host)
    }

    /// Nothing but a start, a drain and a stop.
    mutating func startAndStop() throws(CheckStop) {
        let session = try CheckSession(file, host: CheckHost())
        let begin = CheckClock.milliseconds
        if let drain = session.module.drain {
            let watch = CheckSession.drain(session.module, drain)
            guard watch.settled(within: 2_000) else {
                throw CheckStop("Its drain did not end within 2 s, though no call was made.")
            }
            CheckClock.wait(milliseconds: 100)
            if watch.count > 1 { findings.failed("Its drain said \(watch.count) times that it was done.") }
        }
        session.module.stop?(session.module.context)
        let took = CheckClock.milliseconds - begin
        if took > 2_000 { findings.warning("Draining and stopping it took \(took) ms without a call.") }
    }

    /// Two versions at once are two images, each with a host of its own.
    mutating func twoImages() throws(CheckStop) {
        let copy = try copied()
        defer { unlink(copy) }
        let hosts = [CheckHost(), CheckHost()]
        let sessions = [try CheckSession(file, host: hosts[0]), try CheckSession(copy, host: hosts[1])]
        for operation in plan.operations {
            let started = sessions.map { $0.invoke(call(operation)) }
            for (session, started) in zip(sessions, started) {
                if started.status == PB_OK, session.end(started) == nil { return report(hosts[0]) }
            }
        }
        try sessions[0].finish()
        for operation in plan.operations { _ = sessions[1].run(call(operation)) }
        try sessions[1].finish()
        for host in hosts { report(host) }
    }

    /// Another file with the same bytes, which the dynamic linker takes for another library.
    func copied() throws(CheckStop) -> String {
        var path = Array("/tmp/patchbay-check-XXXXXX".utf8CString)
        let target = mkstemp(&path), source = open(file, O_RDONLY | O_CLOEXEC)
        defer {
            close(target)
            close(source)
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while target >= 0, source >= 0 {
            let count = read(source, &buffer, buffer.count)
            if count == 0 {
                return String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
            guard count > 0, write(target, buffer, count) == count else { break }
        }
        throw CheckStop("No second copy of it could be written to /tmp: \(String(cString: strerror(errno)))")
    }
}
