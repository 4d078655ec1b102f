/** Random unions: features of equal columns on streams of equal keys, read as one. */
import { ExpressionWriter } from "./random_expression.ts";
import type { Random } from "./random.ts";
import { columnOf, type Stream } from "./stream.ts";
import type { Term } from "./term.ts";

export interface RandomUnion {
  /** The members' declarations. */
  readonly texts: readonly string[];
  readonly stream: Stream;
}

/** A union of two or three streams of events, or undefined where none fit. */
export function randomUnion(
  random: Random,
  name: string,
  streams: readonly Stream[],
): RandomUnion | undefined {
  const fitting = streams.filter((stream) =>
    !stream.isMadeByTime && !stream.isUnbound && stream.time !== undefined
  );
  if (fitting.length === 0) return undefined;
  const first = random.pick(fitting);
  const others = fitting.filter((other) => signatureOf(other) === signatureOf(first));
  const members = [
    first,
    random.pick(others),
    ...(random.chance(0.3) ? [random.pick(others)] : []),
  ];
  const names = members.map((_, i) => `${name}m${i}`);
  const texts = members.map((member, i) =>
    memberText(random, { name: names[i] ?? "", union: name, input: member })
  );
  const nested = names.length === 3 && random.chance(0.5);
  const reference = nested
    ? `union(union(${names[0]}, ${names[1]}), ${names[2]})`
    : `union(${names.join(", ")})`;
  const outputs: readonly Term[] = [
    { text: `${name}n`, type: "float", precision: "same" },
    { text: `${name}t`, type: "text", precision: "exact" },
  ];
  const time = first.time ?? "";
  return {
    texts,
    stream: {
      reference,
      definition: "",
      params: {},
      columns: [...[...first.keys, time].map((column) => columnOf(first, column)), ...outputs],
      keys: first.keys,
      time,
      isNameless: true,
    },
  };
}

function signatureOf(stream: Stream): string {
  return stream.keys.map((key) => `${key} ${columnOf(stream, key).type}`).join();
}

function memberText(
  random: Random,
  { name, union, input }: { readonly name: string; readonly union: string; readonly input: Stream },
): string {
  const scope = { terms: input.columns, lags: false, counts: [] };
  const writer = new ExpressionWriter(random, scope);
  const where = random.chance(0.4) ? ` where ${writer.bool(1).text}` : "";
  const texts = input.columns.filter(({ type }) => type === "text");
  const text = texts.length > 0 ? random.pick(texts).text : `"${name}"`;
  return `  feature ${name} on ${input.reference}${where} {
    ${union}n = (${writer.number(1, "same").text}) as f64
    ${union}t = ${text}
  }`;
}
