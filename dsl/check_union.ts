/** Unions: streams of equal columns as one. */
import type { StreamNode } from "./ast.ts";
import { listNames, type Report } from "./diagnostic.ts";
import type { Span } from "./source.ts";
import { createOpenStream, createStream, type Stream } from "./stream.ts";
import {
  type Column,
  type Feature,
  type OutputColumn,
  requestOf,
  type Upstream,
} from "./typed_ast.ts";
import { printType, sameType, type ValueType } from "./types.ts";
import { unifyTypes } from "./unify.ts";

interface UnionContext {
  readonly plugin: string;
  readonly report: Report;
  readonly identify: (feature: Omit<Feature, "id">) => Feature;
}

/** A member as written. */
export interface UnionMember {
  readonly node: StreamNode;
  readonly stream: Stream;
}

const unionName = "union";

/** The union of some streams; the first member names keys and time. */
export function checkUnion(members: readonly UnionMember[], context: UnionContext): Stream {
  const [first, ...others] = members;
  if (first === undefined) return createOpenStream(unionName);
  if (members.some(({ stream }) => stream.open === true)) return createOpenStream(unionName);
  if (members.filter((member) => !checkRows(member, context)).length > 0) {
    return createOpenStream(unionName);
  }
  let outputs = valuesOf(first.stream);
  let good = members.map((member) => checkDriver(member, context)).every((right) => right);
  for (const member of others) {
    const common = unifyColumns(outputs, { first, member }, context.report);
    if (common === undefined || !checkKeys(first, member, context.report)) good = false;
    else outputs = common;
  }
  if (!good) return createOpenStream(unionName);
  const { keys, time } = first.stream;
  const upstreams = members.flatMap(({ stream }) => membersOf(stream.upstream));
  const [input] = upstreams;
  if (input === undefined || members.some(({ stream }) => stream.upstream === undefined)) {
    const all = [...keys, ...timeColumn(time), ...outputs];
    const columns = new Map(all.map(({ name, type }) => [name, type]));
    return { name: unionName, columns, keys, time };
  }
  const feature = context.identify({
    plugin: context.plugin,
    name: unionName,
    params: {},
    form: "union",
    input,
    joins: [],
    members: upstreams,
    keys,
    rekeyed: false,
    outputs: outputs.map(createOutput),
    time,
  });
  return createStream(unionName, { kind: "feature", feature });
}

function timeColumn(name: string): readonly Column[] {
  return name === "" ? [] : [{ name, type: { kind: "timestamp" } }];
}

function createOutput({ name, type }: Column): OutputColumn {
  return { name, type, expression: { kind: "column", type, from: -1, name } };
}

/** The members of a union inside a union stand in its place. */
function membersOf(upstream: Upstream | undefined): readonly Upstream[] {
  if (upstream === undefined) return [];
  const inner = upstream.kind === "feature" ? upstream.feature.members : undefined;
  return inner ?? [upstream];
}

function valuesOf({ columns, keys, time }: Stream): readonly Column[] {
  const skipped = new Set([...keys.map((key) => key.name), time]);
  return [...columns].flatMap(([name, type]) =>
    type === undefined || skipped.has(name) ? [] : [{ name, type }]
  );
}

function checkRows({ node, stream }: UnionMember, { report }: UnionContext): boolean {
  if (stream.upstream === undefined || requestOf(stream.upstream) === undefined) return true;
  const message = `Cannot take "${stream.name}" into a union: it exists only in a question`;
  report("E806", node, message, "its members have rows: sources, and features of them");
  return false;
}

function checkDriver({ node, stream }: UnionMember, { report }: UnionContext): boolean {
  const { upstream } = stream;
  if (upstream === undefined || !isMadeByTime(upstream)) return true;
  const hint = "its members have rows at events: sources, and features of them";
  report(
    "E606",
    node,
    `Cannot take "${stream.name}" into a union: its rows are made by time`,
    hint,
  );
  return false;
}

/** Whether a stream has rows at times that no event has, or of more than one event. */
function isMadeByTime(upstream: Upstream): boolean {
  if (upstream.kind !== "feature") return false;
  const { form, everyUs, window, input } = upstream.feature;
  const isBar = window?.kind === "bar" || window?.kind === "sum_bar";
  const own = everyUs !== undefined || form === "pairs" || (form === "closed" && !isBar);
  return own || isMadeByTime(input);
}

interface Comparison {
  readonly first: UnionMember;
  readonly member: UnionMember;
}

function checkKeys({ stream }: UnionMember, member: UnionMember, report: Report): boolean {
  if (stream.upstream === undefined || member.stream.upstream === undefined) return true;
  const [one, other] = [stream.keys, member.stream.keys].map((keys) =>
    keys.map(({ name, type }) => `${name} ${printType(type)}`).join(", ") || "none"
  );
  if (one === other) return true;
  const message = `The keys of "${member.stream.name}" are ${other}, not ${one}`;
  const hint = "members of a union have equal keys; by in a feature gives a stream others";
  report("E605", member.node, message, hint);
  return false;
}

function unifyColumns(
  columns: readonly Column[],
  { first, member }: Comparison,
  report: Report,
): readonly Column[] | undefined {
  const others = new Map(valuesOf(member.stream).map(({ name, type }) => [name, type]));
  const [one, other] = [first.stream.name, member.stream.name];
  const missing = columns.map(({ name }) => name).filter((name) => !others.has(name));
  const more = [...others.keys()].filter((name) => !columns.some((each) => each.name === name));
  const place = { span: member.node, report };
  if (missing.length > 0) return reportMissing(missing, { has: one, lacks: other }, place);
  if (more.length > 0) return reportMissing(more, { has: other, lacks: one }, place);
  const unified = columns.map(({ name, type }): Column | undefined => {
    const found = others.get(name);
    const common = found === undefined ? undefined : commonType(type, found);
    if (common !== undefined) return { name, type: common };
    const types = `${printType(type)} in "${one}" and ${found && printType(found)} in "${other}"`;
    return report("E605", member.node, `The column "${name}" is ${types}`);
  });
  const good = unified.filter((column) => column !== undefined);
  return good.length === columns.length ? good : undefined;
}

function commonType(a: ValueType, b: ValueType): ValueType | undefined {
  return sameType(a, b) ? a : unifyTypes(a, b);
}

function reportMissing(
  names: readonly string[],
  { has, lacks }: { readonly has: string; readonly lacks: string },
  { span, report }: { readonly span: Span; readonly report: Report },
): undefined {
  const what = `column${names.length > 1 ? "s" : ""} ${listNames(names)}`;
  const hint = "members of a union have equal columns: choose them in a feature";
  return report("E605", span, `"${lacks}" lacks the ${what} of "${has}"`, hint);
}
