import PatchbayCore
package import PatchbayJSON

/// The scope that a person describes with JSON: `{"trigger": {"body": …}, "steps": {"<node>": {"output": …}}, "env": {…},
/// "item": …}`. Other members are names of their own, so that a small context needs no trigger.
package struct TemplateContext: Sendable {
    package private(set) var names: KnownNames
    package private(set) var scope: Scope

    /// Why JSON is no context.
    package struct Refusal: Error {
        package var message: String
        package var hint: String?
    }

    /// - Parameter now: for `now()`, unless the context has a moment of its own in `now`.
    package init(_ json: JSON, surroundings: Surroundings) throws(Refusal) {
        guard let object = json.object else {
            throw Refusal(message: "the context must be an object, and this is \(json.article)")
        }
        names = KnownNames(steps: [])
        scope = Scope(trigger: [:], surroundings: surroundings)
        var trigger: JSONObject?
        var input: JSON?
        for member in object {
            switch member.name {
            case "trigger": trigger = try Self.object(member.value, "trigger")
            case "input", "$input": input = member.value
            case "steps", "nodes", "$node": try addSteps(try Self.object(member.value, member.name))
            case "env", "$env": try addEnvironment(try Self.object(member.value, member.name))
            case "credentials": names.credentials = Set(try Self.object(member.value, member.name).map(\.name))
            case "run": scope.run = member.value
            case "workflow": scope.workflow = member.value
            case "item", "$item", "$json": scope.item = member.value
            case "index", "$index": scope.index = try Self.position(member.value)
            case "loops": try addLoops(try Self.object(member.value, "loops"))
            case "now", "$now": scope.surroundings = try Self.present(member.value, surroundings)
            default:
                let name = member.name.hasPrefix("$") ? String(member.name.dropFirst()) : member.name
                scope.variables[name] = member.value
                names.variables.insert(name)
            }
        }
        if scope.item != nil || scope.index != nil, names.loops.isEmpty { names.loops = ["loop"] }
        setTrigger(trigger ?? [:], input)
    }

    private static func object(_ value: JSON, _ name: String) throws(Refusal) -> JSONObject {
        guard let object = value.object else {
            throw Refusal(message: "\(name.quoted) of the context must be an object, and this is \(value.article)")
        }
        return object
    }

    private static func position(_ value: JSON) throws(Refusal) -> Int {
        guard let position = value.int.flatMap(Int.init(exactly:)), position >= 0 else {
            throw Refusal(message: "\"index\" of the context must be a whole number from 0")
        }
        return position
    }

    private static func present(_ value: JSON, _ surroundings: Surroundings) throws(Refusal) -> Surroundings {
        guard let text = value.string, let instant = try? Instant(text) else {
            throw Refusal(
                message: "\"now\" of the context must be a moment", hint: "write one such as \"2026-01-12T10:05:00Z\"")
        }
        return Surroundings(
            now: instant, seed: surroundings.seed, zones: surroundings.zones, digest: surroundings.digest)
    }

    /// `payload` and `body` are the same; so is `input`, which may stand alone.
    private mutating func setTrigger(_ given: JSONObject, _ input: JSON?) {
        var trigger = given
        if trigger["body"] == nil { trigger["body"] = given["payload"] ?? input ?? [:] }
        trigger["payload"] = nil
        scope.trigger = .object(trigger)
        names.payload = Set((trigger["body"]?.object ?? [:]).map(\.name))
    }

    private mutating func addSteps(_ steps: JSONObject) throws(Refusal) {
        for (id, step) in steps.map({ ($0.name, $0.value) }) {
            guard let output = step["output"] ?? step["response"] ?? step["json"] else {
                throw Refusal(
                    message: "the step \(id.quoted) of the context lacks \"output\"",
                    hint: "write {\"steps\": {\(id.quoted): {\"output\": …}}}")
            }
            names.steps.insert(id)
            scope.steps[id] = output
            if let title = step["name"]?.string { names.titles[title, default: []].append(id) }
        }
    }

    private mutating func addEnvironment(_ members: JSONObject) throws(Refusal) {
        for member in members { scope.env[member.name] = member.value.string ?? member.value.text }
        names.env = Set(scope.env.keys)
    }

    private mutating func addLoops(_ loops: JSONObject) throws(Refusal) {
        for loop in loops {
            let index = try Self.position(loop.value["index"] ?? 0)
            scope.loops[loop.name] = Scope.Iteration(item: loop.value["item"] ?? .null, index: index)
            names.loops.append(loop.name)
        }
    }
}

extension TemplateContext {
    /// The names, with the types of values like these.
    package var typedNames: KnownNames {
        var typed = names
        typed.types = KnownTypes(
            body: SchemaTypes.type(like: scope.trigger["body"] ?? .null, origin: "the trigger's body"),
            trigger: (scope.trigger.object ?? [:]).reduce(into: [:]) { types, member in
                types[member.name] = SchemaTypes.type(
                    like: member.value, origin: "\(member.name.quoted) of the trigger")
            },
            steps: scope.steps.reduce(into: [:]) { types, step in
                let origin = "the output of \(step.key.quoted)"
                types[step.key] = SchemaType(SchemaTypes.type(like: step.value, origin: origin))
            },
            items: scope.loops.mapValues { SchemaTypes.type(like: $0.item, origin: "the item") },
            variables: scope.variables.reduce(into: [:]) { types, member in
                types[member.name] = SchemaTypes.type(like: member.value, origin: member.name.quoted)
            })
        if let item = scope.item, let loop = names.loops.last {
            typed.types.items[loop] = SchemaTypes.type(like: item, origin: "the item")
        }
        return typed
    }
}
