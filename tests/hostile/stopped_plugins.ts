/** Plugins that are stopped, with the code of the error that says so and a part of its message. */
import { aggregatingPlugin, callingPlugin, pluginOf } from "./plugin_text.ts";

export interface StoppedPlugin {
  readonly text: string;
  readonly code: string;
  readonly says: RegExp;
}

const FIRST_ROW = 'Cannot compute "hostile\\.f" at 2024-05-01T09:00:0\\d.000Z';
const STUCK = /^Cannot run "hostile": one call of its code took more than 1 s$/;
const SILENT = /^Cannot run "hostile": it gave no answer for 3 s$/;

function calling(code: string): string {
  return callingPlugin(`const hostile = ${code};`);
}

function thrown(text: string, words: string): StoppedPlugin {
  return { text, code: "FUNCTION_THREW", says: new RegExp(`${FIRST_ROW}.*: ${words}`) };
}

/** By name: what they do. */
export const STOPPED_PLUGINS: Readonly<Record<string, StoppedPlugin>> = {
  "loops while it is loaded": {
    text: callingPlugin("for (;;);\nconst hostile = 1;"),
    code: "PLUGIN_STUCK",
    says: /^Cannot run ".*hostile\.ts": one call of its code took more than 1 s$/,
  },
  "loops at a row": {
    text: calling("() => { for (;;); }"),
    code: "PLUGIN_STUCK",
    says: STUCK,
  },
  "has a regular expression that tries too many ways": {
    text: calling('() => /^(a+)+$/.test("a".repeat(40) + "b") ? 1 : 0'),
    code: "PLUGIN_STUCK",
    says: STUCK,
  },
  "throws what loops when it is shown": {
    text: calling("() => { throw { toString() { for (;;); } }; }"),
    code: "PLUGIN_SILENT",
    says: SILENT,
  },
  "fills its heap": {
    text: callingPlugin(
      "const kept = [];\nconst hostile = () => { for (;;) kept.push(new Array(1e5).fill(0.5)); };",
    ),
    code: "PLUGIN_OUT_OF_MEMORY",
    says: /^Cannot run "hostile": its heap limit was reached$/,
  },
  "fills buffers without end": {
    text: callingPlugin(
      "const kept = [];\nconst hostile = () => { for (;;) kept.push(new Uint8Array(1e7).fill(1)); };",
    ),
    code: "PLUGIN_OUT_OF_MEMORY",
    says: /^Cannot run "hostile": the process grew by more than 128 MB while it gave no answer$/,
  },
  "throws": thrown(calling('() => { throw new Error("on purpose"); }'), "on purpose$"),
  "throws in an aggregate's init": thrown(
    aggregatingPlugin('init: () => { throw new Error("in init"); },'),
    "in init$",
  ),
  "throws in an aggregate's add": thrown(
    aggregatingPlugin('add: () => { throw new Error("in add"); },'),
    "in add$",
  ),
  "throws in an aggregate's merge": thrown(
    aggregatingPlugin('merge: () => { throw new Error("in merge"); },'),
    "in merge$",
  ),
  "throws in an aggregate's result": thrown(
    aggregatingPlugin('result: () => { throw new Error("in result"); },'),
    "in result$",
  ),
  "throws in a fold": thrown(
    pluginOf(
      'const hostile = () => { throw new Error("in a fold"); };',
      "on rows fold ${hostile} { y f64 }",
    ),
    "in a fold$",
  ),
  "throws in a schema": {
    text: pluginOf(
      'import { z } from "zod";\nconst hostile = z.object({ get k() { throw new Error("in a schema"); } });',
      "on rows { y = x }",
      "${hostile} { k key, at time }",
    ),
    code: "PLUGIN_FAILED",
    says: /^Cannot run ".*hostile\.ts": Error: in a schema$/,
  },
  "has a getter that throws in what it returns": thrown(
    pluginOf(
      'const hostile = () => ({ get y() { throw new Error("in a getter"); } });',
      "on rows fold ${hostile} { y f64 }",
    ),
    "in a getter$",
  ),
  "returns a promise": {
    text: calling("async (x) => x"),
    code: "FUNCTION_RESULT",
    says: new RegExp(`${FIRST_ROW}.* gave a object where a number or null was expected$`),
  },
  "leaves an error to nobody": {
    text: calling('(x) => { queueMicrotask(() => { throw new Error("later"); }); return x; }'),
    code: "PLUGIN_FAILED",
    says: /^Cannot run "hostile": Error: later$/,
  },
  "takes the iterator of arrays away": {
    text: calling("(x) => { Array.prototype[Symbol.iterator] = function* () {}; return x; }"),
    code: "ENGINE_FAILED",
    says: /^Cannot run "hostile": /,
  },
  "accuses another": {
    text: calling("(x) => { Array.prototype.every = () => false; return x; }"),
    code: "PLUGIN_FORGED_MESSAGE",
    says: /^Cannot run "hostile": /,
  },
};
