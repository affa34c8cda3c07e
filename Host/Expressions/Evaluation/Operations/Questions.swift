/// `all` and `exists`: an element that decides does so whatever fails at others; else the first failure stands.
final class Quantifier: Operation {
    private let loop: Loop
    private let predicate: any Operation
    /// What one element that is so makes of the whole.
    private let decisive: Bool
    let range: Range<Int>

    init(_ loop: Loop, _ predicate: any Operation, decisive: Bool, _ range: Range<Int>) {
        self.loop = loop
        self.predicate = predicate
        self.decisive = decisive
        self.range = range
    }

    var offset: Int { loop.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try condition(&evaluation, of: ""))
    }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        var failure: Fault?
        var result = !decisive
        try loop.run(&evaluation) { evaluation, _, _ throws(Fault) in
            do throws(Fault) {
                guard try predicate.condition(&evaluation, of: loop.name) == decisive else { return true }
                result = decisive
                return false
            } catch {
                if error.code == .limit { throw error }
                failure = failure ?? error
                return true
            }
        }
        if result != decisive, let failure { throw failure }
        return result
    }
}

/// `exists_one`: every element is looked at, and every failure counts.
final class Uniqueness: Operation {
    private let loop: Loop
    private let predicate: any Operation
    let range: Range<Int>

    init(_ loop: Loop, _ predicate: any Operation, _ range: Range<Int>) {
        self.loop = loop
        self.predicate = predicate
        self.range = range
    }

    var offset: Int { loop.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        var found = 0
        try loop.run(&evaluation) { evaluation, _, _ throws(Fault) in
            if try predicate.condition(&evaluation, of: loop.name) { found += 1 }
            return true
        }
        return .bool(found == 1)
    }
}
