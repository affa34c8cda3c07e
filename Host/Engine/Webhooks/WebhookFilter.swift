import PatchbayCore
import PatchbayExpressions
package import PatchbayJSON

/// Which deliveries start a run: an expression (`{{ … }}`) that gives true or false, or a JSONPath (`$…`) that finds
/// something. Both see the trigger's data; the JSONPath as its document, the expression under its name. Pure.
package struct WebhookFilter: Sendable {
    /// Characters.
    package static let longest = 4_000

    package struct Problem: Error {
        package let code: String
        package let message: String
        package var hint: String?
    }

    private enum Test: Sendable {
        case path(JSONPath)
        case expression(CompiledValue)
    }

    package let text: String
    private let test: Test

    /// Throws what is wrong with it. It is asked before there is a run, so that an expression can name no step.
    package init(_ text: String) throws(Problem) {
        self.text = text
        guard text.hasPrefix("$") else {
            test = .expression(try Self.expression(text))
            return
        }
        do throws(JSONPathError) {
            test = .path(try JSONPath(text))
        } catch {
            throw Problem(code: "expression-syntax", message: error.description)
        }
    }

    private static func expression(_ text: String) throws(Problem) -> CompiledValue {
        let hint =
            "write an expression such as \"{{ trigger.body.action == 'opened' }}\", or a JSONPath such as "
            + "\"$.body.commits[0]\""
        let value: CompiledValue
        do throws(CompilationFailure) {
            value = try CompiledValue(compiling: .string(text), names: KnownNames(steps: []))
        } catch {
            guard let first = error.errors.first else {
                throw Problem(code: "expression-syntax", message: "the filter cannot be read", hint: hint)
            }
            throw Problem(
                code: first.code.rawValue, message: "line \(first.line), column \(first.column): \(first.message)",
                hint: first.hint)
        }
        guard !value.isConstant, value.kind ?? .bool == .bool else {
            throw Problem(
                code: "wrong-type", message: "the filter must give true or false for each delivery", hint: hint)
        }
        return value
    }

    /// What is wrong with a filter; at most one.
    package static func problems(of text: String) -> [Problem] {
        do throws(Problem) {
            _ = try WebhookFilter(text)
            return []
        } catch {
            return [error]
        }
    }

    /// Throws why that cannot be told: an expression that fails on this delivery.
    package func passes(_ trigger: JSON, environment: [String: String] = [:]) throws(Problem) -> Bool {
        switch test {
        case .path(let path):
            do throws(JSONPathError) {
                return try path.selectsAnything(in: trigger)
            } catch {
                throw Problem(code: "filter", message: error.description)
            }
        case .expression(let expression):
            let value: JSON
            do throws(ExpressionError) {
                value = try expression.evaluate(in: Scope(trigger: trigger, env: environment))
            } catch {
                throw Problem(code: "filter", message: error.description)
            }
            guard case .bool(let passes) = value else {
                throw Problem(
                    code: "filter", message: "the filter gave \(value.article) and has to give true or false")
            }
            return passes
        }
    }
}
