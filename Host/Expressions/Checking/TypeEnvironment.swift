/// What is known before an expression is evaluated: the types of its variables, and functions beside the standard ones.
package struct TypeEnvironment: Sendable {
    /// A function that is declared, and need not be there to be called.
    package struct Function: Sendable {
        package var name: String
        /// Unique; one with the id of a standard overload takes its place.
        package var id: String
        package var parameters: [ValueType]
        package var result: ValueType
        /// Called as `x.name(…)`, where x is the first parameter.
        package var isReceiver: Bool

        package init(name: String, id: String, parameters: [ValueType], result: ValueType, isReceiver: Bool = false) {
            self.name = name
            self.id = id
            self.parameters = parameters
            self.result = result
            self.isReceiver = isReceiver
        }
    }

    /// By their names, which may have dots.
    package var variables: [String: ValueType]
    package var functions: [Function]
    /// The name space of the expression: in `a.b`, the name `x` may mean `a.b.x`, `a.x` or `x`.
    package var container: String
    package var limits: ExpressionLimits

    package init(
        variables: [String: ValueType] = [:], functions: [Function] = [], container: String = "",
        limits: ExpressionLimits = .standard
    ) {
        self.variables = variables
        self.functions = functions
        self.container = container
        self.limits = limits
    }

    /// The type of an expression, and everything that is wrong with its syntax, names and types, in the order of the text.
    /// The type is `dyn` where something is wrong.
    package func check(_ source: String) -> (type: ValueType, errors: [ExpressionError]) {
        let bytes = Array(source.utf8)
        let options = CEL.Options(container: container, variables: variables, limits: limits)
        do throws(Fault) {
            let expression = try CEL.expression(bytes, options)
            var checker = Checker(
                VariableVocabulary(options), library: library, container: Container(container)
            ) { vocabulary, number in variables[vocabulary.names[number]] ?? .dyn }
            let type = checker.check(expression)
            let faults = (checker.nameFaults + checker.faults).sorted { $0.offset < $1.offset }
            return (type, faults.map { $0.located(in: bytes) })
        } catch {
            return (.dyn, [error.located(in: bytes)])
        }
    }

    private var library: Library {
        var library = Library.standard
        for function in functions {
            library.add(
                Overload(
                    function.name, id: function.id, function.isReceiver ? .receiver : .global, function.parameters,
                    function.result,
                    .many { _, evaluation throws(Fault) in
                        throw evaluation.fault(.unknownName, "the function is declared, but not there")
                    }))
        }
        return library
    }
}
