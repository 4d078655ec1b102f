/** Random cases: plugins, arrivals and a set from one seed. */
import type { Case } from "./case.ts";
import { FOLDED_NAMES } from "./random_clauses.ts";
import { randomFeature } from "./random_feature.ts";
import { randomUnion } from "./random_union.ts";
import { type RandomSource, randomSource } from "./random_source.ts";
import { randomRows, SECOND_US } from "./random_rows.ts";
import { type Choice, randomSet } from "./random_set.ts";
import { Random } from "./random.ts";
import { isNumber } from "./term.ts";
import { payloadOf, type Stream } from "./stream.ts";
import type { TestPlugin } from "./test_plugin.ts";

const BASES_US = [980_000_000 * SECOND_US, 60 * SECOND_US, -17 * SECOND_US] as const;

export interface CaseSize {
  /** Rows of a source's first entry, at most. */
  readonly rows: number;
  readonly features: number;
}

/** Pairs of pairs of pairs: more rows than a machine holds. */
const MOST_PAIRED = 2;
/** Seeds of cases that stand for others are beyond all that are counted up to. */
const OTHER_SEEDS = 2 ** 31;

export function randomCase(seed: number, size: CaseSize = { rows: 50, features: 6 }): Case {
  const made = caseOf(seed, size);
  const depth = Math.max(0, ...made.plugins.map(({ body }) => pairedDepth(body)));
  return depth <= MOST_PAIRED ? made : { ...randomCase(seed + OTHER_SEEDS, size), seed };
}

/** How many interval joins stand one on another, at most. */
function pairedDepth(body: string): number {
  const depths = new Map<string, number>();
  for (const [, name, head] of body.matchAll(/feature (\w+)([^{]*)\{/g)) {
    const below = [...head!.matchAll(/\w+/g)].map(([word]) => depths.get(word) ?? 0);
    depths.set(name!, Math.max(0, ...below) + (/ between /.test(head!) ? 1 : 0));
  }
  return Math.max(0, ...depths.values());
}

function caseOf(seed: number, size: CaseSize): Case {
  const random = new Random(seed);
  const isRough = random.chance(0.3);
  const sources = Array.from(
    { length: random.between(1, 2) },
    (_, i) => randomSource(random, { plugin: "first", name: `s${i}`, isRough }),
  );
  const { plugins, choices } = randomPlugins(random, sources, size);
  const baseUs = random.pick(BASES_US);
  const arrivals = sources.map((source) => ({
    definition: source.stream.definition,
    entries: Array.from(
      { length: random.chance(0.3) ? 2 : 1 },
      (_, entry) =>
        randomRows(random, source, {
          entry,
          baseUs,
          rows: random.chance(0.1) ? random.int(4) : random.between(4, size.rows),
          isRough,
        }),
    ),
  }));
  const spanSeconds = Math.max(10, size.rows);
  return {
    seed,
    plugins,
    sources: arrivals,
    partitions: random.pick([1, 2, 3, 5]),
    batchRows: random.pick([1, 3, 8, 1000]),
    ...randomSet(random, { choices, baseUs, spanSeconds }),
  };
}

interface Plugins {
  readonly plugins: readonly TestPlugin[];
  readonly choices: readonly Choice[];
}

function randomPlugins(random: Random, sources: readonly RandomSource[], size: CaseSize): Plugins {
  const count = random.between(1, size.features);
  const split = random.chance(0.3) ? random.between(1, count) : count;
  const texts = sources.map(({ text }) => text);
  const own = sources.map(({ stream }) => stream);
  const first = randomFeatures(random, { plugin: "first", streams: own, from: 0, to: split });
  const abroad = [...own, ...first.streams].filter(({ isNameless }) => !isNameless).map((stream) =>
    fromOutside(random, stream)
  );
  const second = randomFeatures(random, {
    plugin: "second",
    streams: abroad,
    from: split,
    to: count,
  });
  const plain = [...own, ...first.streams, ...second.streams];
  const bound = random.chance(0.4) ? randomTransforms(random, plain) : undefined;
  return {
    plugins: [
      { name: "first", body: bodyOf([...texts, ...first.texts]) },
      ...(split < count ? [{ name: "second", body: bodyOf(second.texts) }] : []),
      ...(bound === undefined ? [] : [bound.plugin]),
    ],
    choices: [
      ...plain.filter(({ isNameless }) => !isNameless).map((stream) => ({
        stream,
        isSource: own.includes(stream),
      })),
      ...(bound?.choices ?? []),
    ],
  };
}

function randomFeatures(
  random: Random,
  { plugin, streams, from, to }: {
    readonly plugin: string;
    readonly streams: readonly Stream[];
    readonly from: number;
    readonly to: number;
  },
): { readonly texts: readonly string[]; readonly streams: readonly Stream[] } {
  const known = [...streams];
  const texts: string[] = [];
  for (let i = from; i < to; i++) {
    const union = plugin !== "third" && random.chance(0.12)
      ? randomUnion(random, `joint${i}`, known)
      : undefined;
    texts.push(...union?.texts ?? []);
    if (union !== undefined) known.push(union.stream);
    const made = randomFeature(random, { plugin, name: `made${i}`, inputs: known, rights: known });
    texts.push(made.text);
    known.push(...made.streams);
  }
  return { texts, streams: known.slice(streams.length) };
}

/** The stream as another plugin names it. */
function fromOutside(random: Random, stream: Stream): Stream {
  const [plugin] = stream.definition.split(".");
  const isBare = Object.keys(stream.params).length === 0;
  if (isBare && random.chance(0.4)) return { ...stream, reference: `\${${stream.definition}}` };
  return { ...stream, reference: `${plugin}.${stream.reference}` };
}

/** Features on a formal input, and what binds it. */
function randomTransforms(
  random: Random,
  streams: readonly Stream[],
): { readonly plugin: TestPlugin; readonly choices: readonly Choice[] } | undefined {
  const fitting = streams.filter((stream) =>
    !stream.isNameless && payloadOf(stream).some(isNumber) &&
    !stream.keys.some((key) => FOLDED_NAMES.has(key))
  );
  if (fitting.length === 0) return undefined;
  const upstream = random.pick(fitting);
  const column = random.pick(payloadOf(upstream).filter(isNumber));
  const input: Stream = {
    reference: "v",
    definition: "third.v",
    params: {},
    columns: [{ ...column, text: "value", type: "float" }],
    keys: [],
    isUnbound: true,
  };
  const made = randomFeatures(random, { plugin: "third", streams: [input], from: 0, to: 2 });
  const body = bodyOf(["  input v { value f64 }", ...made.texts]);
  const binding = { input: "v", stream: upstream, column: column.text };
  return {
    plugin: { name: "third", body },
    choices: made.streams.map((stream) => ({
      stream: rekeyed(stream, upstream),
      isSource: false,
      binding,
    })),
  };
}

function rekeyed(stream: Stream, upstream: Stream): Stream {
  if (!stream.isUnbound) return stream;
  const keys = upstream.columns.filter(({ text }) => upstream.keys.includes(text));
  return { ...stream, keys: upstream.keys, columns: [...keys, ...stream.columns] };
}

function bodyOf(texts: readonly string[]): string {
  return `\n${texts.join("\n\n")}\n`;
}
