/** Plugin text with `${name}` holes from a fixed table, as the compiler takes it. */
import type { HoleDescription, PluginText } from "../../dsl/template.ts";

type HoleFunction = (...values: never[]) => number | boolean;

/** The functions random plugins may call; numbers are small, so results are exact. */
export const HOLE_FUNCTIONS = {
  half: (x: number) => x / 2,
  combine: (a: number, b: number) => a + 3 * b,
  size: (text: string) => text.length,
  is_even: (x: number) => Math.floor(x) % 2 === 0,
  delay: (text: string) => text.length * 1_000_000,
  explode: (x: number): number => {
    throw new Error(`no value for ${x}`);
  },
} satisfies Readonly<Record<string, HoleFunction>>;

export type HoleName = keyof typeof HOLE_FUNCTIONS;

/** A template as a test writes it: `${half}` is a function of the table, `${other.feature}` a stream. */
export interface TestPlugin {
  readonly name: string;
  readonly body: string;
}

export function pluginTextOf({ name, body }: TestPlugin): PluginText {
  const pieces = body.split(/\$\{([\w.]+)\}/);
  const raw = pieces.filter((_, i) => i % 2 === 0);
  const holes = pieces.filter((_, i) => i % 2 === 1);
  const text =
    `import { plugin } from "featurizer";\n\nexport default plugin("${name}")\`${body}\`;\n`;
  return {
    name,
    raw,
    holes: holes.map(describe),
    file: `${name}.ts`,
    text,
    bundleHash: `bundle of ${name}`,
  };
}

/** The hole values of a template, in order. */
export function holeValuesOf(plugin: TestPlugin): readonly unknown[] {
  return plugin.body.split(/\$\{([\w.]+)\}/)
    .filter((_, i) => i % 2 === 1)
    .map((hole) => isHoleName(hole) ? HOLE_FUNCTIONS[hole] : undefined);
}

function describe(hole: string): HoleDescription {
  if (isHoleName(hole)) {
    return { kind: "function", name: hole, arity: HOLE_FUNCTIONS[hole].length };
  }
  const [plugin, name] = hole.split(".");
  if (plugin === undefined || name === undefined) {
    throw new RangeError(`Cannot fill the hole "${hole}": no such function or stream`);
  }
  return { kind: "stream", plugin, name, params: {} };
}

function isHoleName(text: string): text is HoleName {
  return Object.hasOwn(HOLE_FUNCTIONS, text);
}
