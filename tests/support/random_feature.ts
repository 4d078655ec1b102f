/** Random features on given streams: their text, and what later features may read of them. */
import { randomAggregate } from "./random_aggregate.ts";
import {
  type Body,
  clausesOf,
  type Draft,
  foldBody,
  type Form,
  type Parameters,
} from "./random_clauses.ts";
import { ExpressionWriter } from "./random_expression.ts";
import { type RandomJoin, randomJoins } from "./random_join.ts";
import { randomClosedWindow, randomOpenWindow } from "./random_window.ts";
import type { Random } from "./random.ts";
import { columnOf, payloadOf, type Stream } from "./stream.ts";
import type { Term } from "./term.ts";

export interface FeatureOptions {
  readonly plugin: string;
  readonly name: string;
  readonly inputs: readonly Stream[];
  /** Streams a join may read. */
  readonly rights: readonly Stream[];
}

export interface RandomFeature {
  readonly text: string;
  /** With default parameters, then maybe with others. */
  readonly streams: readonly Stream[];
}

export function randomFeature(random: Random, options: FeatureOptions): RandomFeature {
  const input = random.chance(0.6)
    ? random.pick(options.inputs.slice(-3))
    : random.pick(options.inputs);
  const form = random.pick<Form>([
    "map",
    "map",
    "rows",
    "rows",
    "sliding",
    "sliding",
    "sliding",
    "sliding",
    "closed",
    "closed",
    ...(random.chance(0.4) ? ["fold"] as const : []),
  ]);
  const joins = form === "map" || random.chance(0.6)
    ? []
    : randomJoins(random, { input, rights: rightsFor(input, options.rights) });
  const by = form === "map" || random.chance(0.75) ? undefined : randomKeys(random, input);
  const draft: Draft = {
    random,
    plugin: options.plugin,
    form,
    input,
    keys: by ?? input.keys,
    isRekeyed: by !== undefined,
    parameters: form === "map" ? {} : randomParameters(random),
    rowTerms: [
      ...input.columns,
      ...joins.flatMap((join) => join.terms),
    ],
    isPaired: joins.some((join) => join.isInterval),
  };
  const header = headerText(draft, options.name, { joins, by });
  const body = form === "fold" ? foldBody(draft) : randomBody(draft);
  const clauses = body.clauses ?? "";
  const lines = body.statements.map((statement) => `    ${statement}`).join("\n");
  const text = `  feature ${header}${body.head ?? ""} {\n${lines}\n  }${body.tail}${clauses}`;
  return { text, streams: streamsOf(draft, options, body) };
}

/** A bound input's keys are paired with those of streams on the same input only. */
function rightsFor(input: Stream, rights: readonly Stream[]): readonly Stream[] {
  return rights.filter((right) => right.isUnbound === input.isUnbound);
}

function randomParameters(random: Random): Parameters {
  return {
    ...(random.chance(0.3) ? { width: "window" } : {}),
    ...(random.chance(0.3) ? { count: "rows_back" } : {}),
  };
}

function randomKeys(random: Random, input: Stream): readonly string[] {
  if (random.chance(0.25)) return [];
  const candidates = input.columns
    .filter(({ type }) => ["text", "side", "int", "big"].includes(type))
    .map(({ text }) => text);
  return random.shuffled(candidates).slice(0, random.between(1, 2));
}

function headerText(
  { random, input, form, parameters, rowTerms }: Draft,
  name: string,
  { joins, by }: {
    readonly joins: readonly RandomJoin[];
    readonly by: readonly string[] | undefined;
  },
): string {
  const declared = [
    parameters.width === undefined ? "" : `${parameters.width} = ${random.pick(["2s", "5s"])}`,
    parameters.count === undefined ? "" : `${parameters.count} = ${random.between(1, 3)}`,
  ].filter((text) => text !== "");
  const writer = new ExpressionWriter(random, {
    terms: rowTerms,
    lags: form !== "map" && random.chance(0.3),
    counts: [],
  });
  const grouping = by === undefined ? "" : by.length === 0 ? " by ()" : ` by ${by.join(", ")}`;
  return [
    name,
    declared.length > 0 ? `(${declared.join(", ")})` : "",
    ` on ${input.reference}`,
    ...joins.map((join) => ` ${join.text}`),
    grouping,
    form !== "map" && random.chance(0.3) ? ` where ${writer.bool(2).text}` : "",
  ].join("");
}

function randomBody(draft: Draft): Body {
  const { random, form, rowTerms, parameters } = draft;
  const counts = parameters.count === undefined ? [] : [parameters.count];
  const lags = form !== "map";
  const rowScope = { terms: rowTerms, lags, counts };
  if (form === "map" || form === "rows") {
    const writer = new ExpressionWriter(random, rowScope);
    return { ...statementsOf(draft, { writer, lets: [], tail: "" }), ...clausesOf(draft) };
  }
  const rowWriter = new ExpressionWriter(random, rowScope);
  const isClosed = form === "closed";
  const closed = randomClosedWindow(random, parameters, rowWriter.number(0, "exact").text);
  const hasDefault = random.chance(isClosed ? 0.7 : 0.4);
  const open = () => ` over ${randomOpenWindow(random, parameters)}`;
  const window = ({ timed, finite }: { readonly timed?: boolean; readonly finite?: boolean }) => {
    if (isClosed) return hasDefault && random.chance(0.6) ? "" : ` over ${closed.text}`;
    if (timed) return ` over ${randomOpenWindow(random, parameters, ["sliding"])}`;
    if (finite) return ` over ${randomOpenWindow(random, parameters, ["sliding", "last"])}`;
    return hasDefault && random.chance(0.6) ? "" : open();
  };
  const tail = !hasDefault ? "" : isClosed ? ` over ${closed.text}` : open();
  const isTimed = !isClosed || closed.kind === "grid";
  const aggregates = Array.from(
    { length: random.between(1, 3) },
    () => randomAggregate(random, { writer: rowWriter, rowTerms, window, isTimed }),
  );
  const lets = aggregates.map((term, i) => ({ ...term, text: `agg${i}`, from: term.text }));
  const terms: readonly Term[] = isClosed ? lets : [...lets, ...lets, ...rowTerms];
  const plain = !isClosed && random.chance(0.6);
  const writer = new ExpressionWriter(random, { terms: plain ? terms : lets, lags: false, counts });
  return {
    ...statementsOf(draft, { writer, lets, tail }),
    ...clausesOf(draft),
    ...(isClosed ? { closed } : {}),
  };
}

function statementsOf(
  { random, input, keys, plugin }: Draft,
  { writer, lets, tail }: {
    readonly writer: ExpressionWriter;
    readonly lets: readonly (Term & { readonly from: string })[];
    readonly tail: string;
  },
): Body {
  const taken = new Set([...input.columns.map(({ text }) => text), ...keys]);
  const reusable = payloadOf(input).map(({ text }) => text).filter((text) => !keys.includes(text));
  const outputs: Term[] = lets.slice(0, 1).map((term) => ({
    ...term,
    text: fresh(`${plugin[0]}r`, taken),
  }));
  const statements = lets.map((term) => `let ${term.text} = ${term.from}`);
  statements.push(...outputs.map((term) => `${term.text} = ${lets[0]?.text}`));
  for (let i = random.between(1, 3); i > 0; i--) {
    const term = writer.any(2);
    const names = reusable.filter((name) => !outputs.some((o) => o.text === name));
    const name = random.chance(0.15) && names.length > 0
      ? random.pick(names)
      : fresh(`${plugin[0]}v`, taken);
    statements.push(`${name} = ${term.text}`);
    outputs.push({ ...term, text: name });
  }
  return { statements, outputs, tail };
}

function fresh(prefix: string, taken: Set<string>): string {
  let number = 0;
  while (taken.has(`${prefix}${number}`)) number++;
  taken.add(`${prefix}${number}`);
  return `${prefix}${number}`;
}

function streamsOf(
  draft: Draft,
  options: FeatureOptions,
  { outputs, closed, isTicked }: Body,
): readonly Stream[] {
  const { random, input, keys, parameters, isPaired } = draft;
  const isOfEvents = !isPaired && !isTicked && (closed === undefined || closed.kind === "bar");
  const carried = [...keys, ...(input.time === undefined ? [] : [input.time])];
  const stream: Stream = {
    reference: options.name,
    definition: `${options.plugin}.${options.name}`,
    params: {},
    columns: [...carried.map((name) => columnOf(input, name)), ...outputs],
    keys,
    ...(input.time === undefined ? {} : { time: input.time }),
    ...(input.isUnbound && !draft.isRekeyed ? { isUnbound: true } : {}),
    ...(isOfEvents && !input.isMadeByTime ? {} : { isMadeByTime: true }),
  };
  const params = {
    ...(parameters.width === undefined ? {} : { [parameters.width]: random.pick(["1s", "7s"]) }),
    ...(parameters.count === undefined ? {} : { [parameters.count]: random.between(1, 4) }),
  };
  const list = Object.entries(params).map(([name, value]) => `${name}: ${value}`);
  if (list.length === 0 || random.chance(0.5)) return [stream];
  return [stream, { ...stream, params, reference: `${options.name}(${list.join(", ")})` }];
}
