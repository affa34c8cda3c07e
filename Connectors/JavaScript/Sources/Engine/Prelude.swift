/// What runs in a fresh context before the code: `console`, and what hands the code its input and takes its result. The
/// functions of the language that it needs are kept before the code can change them.
enum Prelude {
    /// Its value is an object with `run(code, input)` and `report()`.
    static let source = """
        (function () {
          "use strict";
          for (const name of ["Atomics", "SharedArrayBuffer", "WebAssembly"]) delete globalThis[name];
          const { parse, stringify } = JSON, { setPrototypeOf } = Object, text = String, slice = Function.prototype.call.bind(String.prototype.slice);
          // Without prototypes, so that nothing the code adds to them is asked when they are written down.
          const bare = (members) => setPrototypeOf(members, null);
          const lines = bare([]), mostLines = 200, mostText = 65536;
          let size = 0, dropped = 0, state = "pending", result = null, failure = null;
          const show = (value) => {
            if (typeof value === "string") return value;
            try {
              if (value instanceof Error) return text(value);
              const json = stringify(value);
              return json === undefined ? text(value) : json;
            } catch { return "[not shown]"; }
          };
          const writer = (level) => (...parts) => {
            let line = "";
            for (let i = 0; i < parts.length && line.length < 2000; i++) line += (i > 0 ? " " : "") + show(parts[i]);
            line = slice(line, 0, 2000);
            if (lines.length >= mostLines || size + line.length > mostText) { dropped++; return; }
            size += line.length;
            lines[lines.length] = bare({ level, text: line });
          };
          const console = {};
          for (const [name, level] of [["log", "info"], ["info", "info"], ["debug", "debug"], ["warn", "warning"], ["error", "error"]])
            console[name] = writer(level);
          Object.defineProperty(globalThis, "console", { value: Object.freeze(console), writable: false });
          const describe = (error) => {
            const said = bare({ name: "Error", message: show(error), line: null, column: null });
            try {
              if (error instanceof Error) {
                said.name = text(error.name);
                said.message = text(error.message);
                if (typeof error.line === "number") said.line = error.line;
                if (typeof error.column === "number") said.column = error.column;
              }
            } catch { said.message = "[not shown]"; }
            said.name = slice(said.name, 0, 200);
            said.message = slice(said.message, 0, 4000);
            return said;
          };
          const done = (value) => {
            try {
              const json = value === undefined ? "null" : stringify(value);
              if (json === undefined) throw new TypeError("a " + typeof value + " is no JSON");
              result = json;
              state = "done";
            } catch (error) {
              failure = describe(error);
              state = "unserializable";
            }
          };
          const failed = (error) => { failure = describe(error); state = "failed"; };
          const then = Promise.prototype.then, call = Function.prototype.call;
          const follow = call.bind(then);
          return {
            run(code, input) { follow(code(parse(input)), done, failed); },
            report() { return stringify(bare({ state, failure, lines, dropped })); },
            result() { return result; },
          };
        })()
        """
}
