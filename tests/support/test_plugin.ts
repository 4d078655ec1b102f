/** Plugin text with `${name}` holes from a fixed table, as the compiler takes it. */
import type { HoleDescription, PluginText } from "../../dsl/template.ts";
import { HOLES } from "./test_holes.ts";

const HOLE = /\$\{([\w.]+)\}/;

/** A template as a test writes it: `${half}` is a value of the table, `${other.feature}` a stream. */
export interface TestPlugin {
  readonly name: string;
  readonly body: string;
}

export function pluginTextOf({ name, body }: TestPlugin): PluginText {
  const pieces = body.split(HOLE);
  const raw = pieces.filter((_, i) => i % 2 === 0);
  const text =
    `import { plugin } from "featurizer";\n\nexport default plugin("${name}")\`${body}\`;\n`;
  return {
    name,
    raw,
    holes: holesOf(body).map(describe),
    file: `${name}.ts`,
    text,
    bundleHash: `bundle of ${name}`,
  };
}

/** The hole values of a template, in order. */
export function holeValuesOf({ body }: TestPlugin): readonly unknown[] {
  return holesOf(body).map((hole) => HOLES.get(hole));
}

function holesOf(body: string): readonly string[] {
  return body.split(HOLE).filter((_, i) => i % 2 === 1);
}

function describe(hole: string): HoleDescription {
  const value = HOLES.get(hole);
  if (typeof value === "function") return { kind: "function", name: hole, arity: value.length };
  if (typeof value === "object" && value !== null) {
    if ("reduce" in value) return { kind: "fold", name: hole };
    return {
      kind: "aggregate",
      name: hole,
      hasMerge: "merge" in value,
      hasRemove: "remove" in value,
    };
  }
  const [plugin, name] = hole.split(".");
  if (plugin === undefined || name === undefined) {
    throw new RangeError(`Cannot fill the hole "${hole}": no such function or stream`);
  }
  return { kind: "stream", plugin, name, params: {} };
}
