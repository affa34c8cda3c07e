import PatchbayCore
import PatchbayJSON

/// A piece of an expression of ours, with what is known of its value.
struct Term: Equatable {
    enum Kind: Equatable {
        case unknown, text, bool, whole, fraction, number, moment, span, list, map, null
    }

    var source: String
    var kind: Kind
    /// How tightly it binds: 10 needs no parentheses anywhere.
    var power: Int
    /// Whether the source gives an optional, as `a.?b` does.
    var isOptional: Bool

    init(_ source: String, _ kind: Kind = .unknown, power: Int = 10, isOptional: Bool = false) {
        (self.source, self.kind, self.power, self.isOptional) = (source, kind, power, isOptional)
    }

    /// With parentheses where it binds more loosely than `power`.
    func bound(_ power: Int) -> String { self.power >= power ? source : "(\(source))" }

    /// A value in every case: null where something is missing.
    var settled: Term { isOptional ? Term("\(source).orValue(null)", kind) : self }

    static func text(_ text: String) -> Term { Term(quoted(text), .text) }

    /// A literal of CEL, whose escapes JSON's are a part of.
    static func quoted(_ text: String) -> String { JSON.string(text).text }

    private static let keywords: Set = ["in", "true", "false", "null"]

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first), !keywords.contains(text) else {
            return false
        }
        return text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F
        }
    }

    /// A member of it, by name.
    func member(_ name: String, isOptional optional: Bool = false) -> Term {
        let base = bound(10)
        if optional || isOptional {
            let access = Self.isName(name) ? ".?\(name)" : "[?\(Self.quoted(name))]"
            return Term(base + access, isOptional: true)
        }
        return Term(base + (Self.isName(name) ? ".\(name)" : "[\(Self.quoted(name))]"))
    }

    func element(_ index: Term, isOptional optional: Bool = false) -> Term {
        Term("\(bound(10))[\(optional || isOptional ? "?" : "")\(index.source)]", isOptional: optional || isOptional)
    }

    /// `base.name(arguments)`
    func calling(_ name: String, _ arguments: [Term] = [], _ kind: Kind = .unknown) -> Term {
        Term("\(settled.bound(10)).\(name)(\(arguments.map(\.settled.source).joined(separator: ", ")))", kind)
    }

    static func function(_ name: String, _ arguments: [Term], _ kind: Kind = .unknown) -> Term {
        Term("\(name)(\(arguments.map(\.settled.source).joined(separator: ", ")))", kind)
    }
}

/// Why something of n8n has no equal here.
struct Untranslatable: Error, Equatable {
    var reason: String

    init(_ reason: String) { self.reason = reason }
}
