package import PatchbayJSON

/// The Common Expression Language by itself, with variables by name: compile once, evaluate many times.
package enum CEL {
    package struct Options: Sendable {
        /// The name space of the expression: in `a.b`, the name `x` may mean `a.b.x`, `a.x` or `x`.
        package var container: String
        /// Calls with the name of a macro are then calls of functions.
        package var disableMacros: Bool
        /// The variables, by their names, which may have dots. A variable may be declared and not given.
        package var variables: [String: ValueType]
        package var limits: ExpressionLimits

        package init(
            container: String = "", disableMacros: Bool = false, variables: [String: ValueType] = [:],
            limits: ExpressionLimits = .standard
        ) {
            self.container = container
            self.disableMacros = disableMacros
            self.variables = variables
            self.limits = limits
        }
    }

    /// Compiles a text, or says what is wrong with its syntax.
    ///
    /// A name or function that there is not is an error of the evaluation, as CEL has it without a type check: `&&` and
    /// `||` may absorb it. `CompiledExpression.faults` lists those.
    package static func compile(
        _ source: String, _ options: Options = Options()
    ) throws(ExpressionError) -> CompiledExpression {
        let bytes = Array(source.utf8)
        do throws(Fault) {
            var compiler = Compiler(
                VariableVocabulary(options), container: Container(options.container))
            let root = compiler.operation(try expression(bytes, options))
            return CompiledExpression(
                program: compiler.program(root, source: bytes), variables: compiler.vocabulary.names,
                faults: compiler.faults.map { $0.located(in: bytes) }, limits: options.limits)
        } catch {
            throw error.located(in: bytes)
        }
    }

    /// The tree of a text, after macros.
    static func expression(_ source: [UInt8], _ options: Options) throws(Fault) -> Expression {
        let parsed = try Parser.parse(source, limits: options.limits)
        return options.disableMacros ? parsed : try Macros.expand(parsed)
    }
}

/// An expression of plain CEL that is ready to be evaluated.
package struct CompiledExpression: Sendable {
    let program: Program
    /// The variables that are read, by their numbers.
    package let variables: [String]
    /// Names and functions that there are not. An evaluation that comes to one of them fails.
    package let faults: [ExpressionError]
    package let limits: ExpressionLimits

    /// Evaluates with values for the variables; one without a value is an error where it is read.
    package func evaluate(
        _ variables: [String: Value] = [:], surroundings: Surroundings = .none
    ) throws(ExpressionError) -> Value {
        try evaluate(variables, surroundings) { (value, _) throws(Fault) in value }
    }

    /// The same for values that are JSON, and with the result as JSON; what that costs counts, too.
    package func json(
        _ variables: [String: JSON] = [:], surroundings: Surroundings = .none
    ) throws(ExpressionError) -> JSON {
        try evaluate(variables.mapValues(Value.init), surroundings) { (value, budget) throws(Fault) in
            try value.json(&budget, at: 0)
        }
    }

    private func evaluate<Result>(
        _ variables: [String: Value], _ surroundings: Surroundings,
        _ finish: (Value, inout Budget) throws(Fault) -> Result
    ) throws(ExpressionError) -> Result {
        var evaluation = Evaluation(
            budget: Budget(limits), slots: program.slots { variables[self.variables[$0]] }, source: program.source,
            surroundings: surroundings)
        do throws(Fault) {
            let value = try program.root.value(&evaluation)
            return try finish(value, &evaluation.budget)
        } catch {
            throw error.located(in: program.source)
        }
    }
}
