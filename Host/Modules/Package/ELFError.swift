/// Why a file is no shared object that could be examined.
package enum ELFError: Error, Equatable, Sendable {
    /// It does not begin as ELF files do; what it begins with, for the message.
    case notELF(beginning: String)
    /// 32 bits, or most significant byte first.
    case foreignForm(String)
    /// Something that the file says it holds lies past its end.
    case truncated(String)
    /// It contradicts itself.
    case malformed(String)
}
