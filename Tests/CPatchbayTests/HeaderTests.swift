import CPatchbay
import Glibc
import Testing

/// The ABI as a promise: the headers compile everywhere, and what was released stays as it is.
@Suite(.timeLimit(.minutes(5))) struct HeaderTests {
    @Test(arguments: [("c", "c11"), ("c++", "c++17")])
    func `the headers compile without a warning, without a gap in any struct`(language: String, standard: String) throws
    {
        let source = try Compiler.file("#include \"patchbay.h\"\nint main(void) { return PB_ABI_MAJOR - 1; }\n")
        defer { Compiler.remove(source) }
        let words = try Compiler.run([
            "-x", language, "-std=\(standard)", "-Wall", "-Wextra", "-pedantic", "-Wpadded", "-Werror", "-fsyntax-only",
            "-I", Compiler.headers, source,
        ])
        #expect(words.isEmpty, "\(words)")
    }

    @Test(arguments: ["core", "status", "host", "module", "http", "process"])
    func `each header stands by itself`(name: String) throws {
        let source = try Compiler.file("#include \"patchbay/\(name).h\"\nint x;\n")
        defer { Compiler.remove(source) }
        let words = try Compiler.run(["-std=c11", "-Wall", "-Werror", "-fsyntax-only", "-I", Compiler.headers, source])
        #expect(words.isEmpty, "\(words)")
    }

    @Test func `the headers import into Swift`() {
        #expect(PB_ABI_MAJOR == 1)
        #expect(PB_OK == 0 && PB_STALE == -1)
        #expect(PB_ENTRY_SYMBOL == "patchbay_connector_v1")
        #expect(PB_HTTP_ID == "patchbay.http/1")
        #expect(PB_PROCESS_ID == "patchbay.process/1")
        let entry: pb_entry_fn = { _, _, _, _ in Int32(PB_OK) }
        #expect(entry(0, nil, nil, 0) == PB_OK)
    }

    @Test func `released structs only grow at their end`() throws {
        let released = try Compiler.text(Compiler.folder + "/layout-1.txt")
        let current = layout()
        let comparison = """
            The layout of a struct differs from the released one. Released structs only grow at the end: put new members behind \
            all others, raise PB_ABI_MINOR, and write the new layout into layout-1.txt.
            released:
            \(released)
            current:
            \(current)
            """
        #expect(released == current, Comment(rawValue: comparison))
    }

    /// Rows of `type member offset size`; the struct itself has the member `-`.
    private func layout() -> String {
        var count: UInt32 = 0
        guard let rows = pb_layout(&count) else { return "" }
        return (0..<Int(count)).map { index in
            let row = rows[index]
            let member = String(cString: row.member)
            return "\(String(cString: row.type)) \(member.isEmpty ? "-" : member) \(row.offset) \(row.size)\n"
        }.joined()
    }

    @Test func `a connector that is linked with the version script exports its entry alone`() throws {
        let text = """
            #include "patchbay.h"
            int helper(void) { return 1; }
            PB_EXPORT int also_public(void) { return 2; }
            PB_EXPORT int32_t patchbay_connector_v1(uint32_t minor, pb_module *out, char *why, uint32_t room) {
              (void)minor, (void)out, (void)why, (void)room;
              return PB_UNSUPPORTED;
            }

            """
        let source = try Compiler.file(text)
        defer { Compiler.remove(source) }
        let library = source + ".so"
        let words = try Compiler.run([
            "-std=c11", "-shared", "-fPIC", "-I", Compiler.headers, "-Wl,--version-script=\(Compiler.versionScript)",
            source, "-o", library,
        ])
        #expect(words.isEmpty, "\(words)")
        let handle = try #require(dlopen(library, RTLD_NOW | RTLD_LOCAL))
        #expect(dlsym(handle, "patchbay_connector_v1") != nil)
        #expect(dlsym(handle, "helper") == nil)
        #expect(dlsym(handle, "also_public") == nil)
    }
}
