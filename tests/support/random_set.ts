/** Random sets over given streams: features, spine, label, range. */
import type { Cells, Value } from "../oracle/value.ts";
import type { Case, CaseFeature, CaseSpine, TableType } from "./case.ts";
import { SIDES, TEXTS } from "./random_text.ts";
import { SECOND_US } from "./random_rows.ts";
import type { Random } from "./random.ts";
import { columnOf, type Stream } from "./stream.ts";
import type { TermType } from "./term.ts";

/** A stream that a set may show, and what binds its input if it has one. */
export interface Choice {
  readonly stream: Stream;
  readonly isSource: boolean;
  /** The bound stream and its column. */
  readonly binding?: { readonly input: string; readonly stream: Stream; readonly column: string };
}

type SetPart =
  & Pick<Case, "features" | "spine" | "startUs" | "endUs">
  & Partial<Pick<Case, "label">>;

interface Chosen {
  readonly feature: CaseFeature;
  readonly stream: Stream;
}

export function randomSet(
  random: Random,
  { choices, baseUs, spanSeconds }: {
    readonly choices: readonly Choice[];
    readonly baseUs: number;
    readonly spanSeconds: number;
  },
): SetPart {
  const chosen = chooseFeatures(random, choices);
  const startUs = baseUs + random.between(-2, Math.floor(spanSeconds / 4)) * SECOND_US;
  const endUs = startUs + random.between(8, spanSeconds * random.pick([1, 1, 4])) * SECOND_US;
  const range = { baseUs, spanSeconds, startUs, endUs };
  const { spine, names, own } = randomSpine(random, { chosen, choices, range });
  const label = random.chance(0.5)
    ? {
      feature: random.int(chosen.length),
      lookaheadUs: random.pick([0, 1, 1, 3, 7]) * SECOND_US,
      only: chosen.length > 1 && random.chance(0.3),
    }
    : undefined;
  return {
    features: chosen.map((one, i) =>
      i === own?.index ? { ...one.feature, ...own.pinned } : keyed(random, one, names)
    ),
    spine,
    startUs,
    endUs,
    ...(label === undefined ? {} : { label }),
  };
}

function chooseFeatures(random: Random, choices: readonly Choice[]): readonly Chosen[] {
  const chosen: Chosen[] = [];
  for (let i = random.between(1, 4); i > 0; i--) {
    const choice = random.chance(0.7) ? random.pick(choices.slice(-6)) : random.pick(choices);
    const { binding, stream } = choice;
    const bound = binding === undefined ? undefined : add(chosen, binding.stream, {});
    add(
      chosen,
      stream,
      binding === undefined || bound === undefined ? {} : {
        bindings: { [binding.input]: { feature: bound, column: binding.column } },
      },
    );
  }
  return chosen;
}

function add(chosen: Chosen[], stream: Stream, more: Partial<CaseFeature>): number {
  const { definition, params } = stream;
  const close = Object.fromEntries(
    stream.columns.flatMap(({ text, precision }) =>
      precision === "exact" || precision === "same" ? [] : [[text, precision]]
    ),
  );
  const feature = { name: `f${chosen.length}`, definition, params, close, ...more };
  return chosen.push({ stream, feature }) - 1;
}

interface Range {
  readonly baseUs: number;
  readonly spanSeconds: number;
  readonly startUs: number;
  readonly endUs: number;
}

interface SpineChoice {
  readonly spine: CaseSpine;
  /** Key columns a feature may take from the spine, by name. */
  readonly names: ReadonlyMap<string, TermType>;
  /** The feature whose rows or keys make the spine, and what pins it. */
  readonly own?: { readonly index: number; readonly pinned: Pick<CaseFeature, "pins"> };
}

function randomSpine(
  random: Random,
  { chosen, choices, range }: {
    readonly chosen: readonly Chosen[];
    readonly choices: readonly Choice[];
    readonly range: Range;
  },
): SpineChoice {
  const roll = random.int(10);
  if (roll < 3) return tableSpine(random, chosen, range);
  const sources = choices.filter(({ isSource, stream }) => isSource && !stream.isTable).map((
    { stream },
  ) => stream);
  const index = random.int(chosen.length);
  const byFeature = random.chance(0.7) || sources.length === 0;
  const stream = byFeature ? chosen[index]?.stream : random.pick(sources);
  if (stream === undefined) throw new RangeError("Cannot choose a spine: nothing is chosen");
  const choice = byFeature ? index : stream.definition;
  const pins = byFeature && random.chance(0.1) ? randomPins(random, stream) : {};
  const names = new Map(
    stream.keys.filter((key) => pins[key] === undefined)
      .map((key) => [key, columnOf(stream, key).type]),
  );
  const spine: CaseSpine = roll < 7
    ? { kind: "grid", everyUs: random.pick([1, 2, 3, 7]) * SECOND_US, keysOf: choice }
    : { kind: "rows", of: choice };
  const pinned = Object.keys(pins).length > 0 ? { pins } : {};
  return { spine, names, ...(byFeature ? { own: { index, pinned } } : {}) };
}

/** The first key at one of its values. */
function randomPins(random: Random, stream: Stream): Record<string, string | number> {
  const [key] = stream.keys;
  if (key === undefined) return {};
  const value = randomKey(random, columnOf(stream, key).type);
  return typeof value === "string" || typeof value === "number" ? { [key]: value } : {};
}

const TABLE_TYPES: Readonly<Record<TermType, TableType>> = {
  text: "string",
  side: "string",
  int: "i64",
  float: "f64",
  bool: "bool",
  time: "timestamp",
  duration: "i64",
  big: "i64",
  nested: "string",
};

function tableSpine(random: Random, chosen: readonly Chosen[], range: Range): SpineChoice {
  const names = new Map(
    chosen.flatMap(({ stream }) => stream.keys.map((key) => [key, columnOf(stream, key).type])),
  );
  const rows = Array.from({ length: random.between(3, 15) }, (): Cells => ({
    ...Object.fromEntries([...names].map(([name, type]) => [name, randomKey(random, type)])),
    extra: random.int(100),
    moment: range.baseUs + random.between(-2, range.spanSeconds + 2) * SECOND_US +
      (random.chance(0.2) ? 500_000 : 0),
  }));
  const columns = [
    ...[...names].map(([name, type]) => ({ name, type: TABLE_TYPES[type] })),
    { name: "extra", type: "f64" as const },
    { name: "moment", type: "timestamp" as const },
  ];
  return { spine: { kind: "table", columns, rows, time: "moment" }, names };
}

/** A key value that rows carry, or one that no row does. */
function randomKey(random: Random, type: TermType): Value {
  if (type === "int" || type === "big") return random.between(-1, 4);
  if (type === "side") return random.pick(SIDES);
  return random.pick([...TEXTS, "never"]);
}

/** Takes each key from the spine: by its name, by another name of its type, or pinned. */
function keyed(
  random: Random,
  { feature, stream }: Chosen,
  names: ReadonlyMap<string, TermType>,
): CaseFeature {
  const pins: Record<string, string | number> = {};
  const keys: Record<string, string> = {};
  for (const key of stream.keys) {
    const { type } = columnOf(stream, key);
    const others = [...names].filter(([name, other]) => other === type && name !== key);
    const isThere = names.get(key) === type;
    if (others.length > 0 && random.chance(isThere ? 0.1 : 0.7)) keys[key] = random.pick(others)[0];
    else if (!isThere || random.chance(0.05)) {
      const value = randomKey(random, type);
      if (typeof value === "string" || typeof value === "number") pins[key] = value;
    }
  }
  return {
    ...feature,
    ...(Object.keys(pins).length > 0 ? { pins } : {}),
    ...(Object.keys(keys).length > 0 ? { keys } : {}),
  };
}
