/** Requests, and what features on them cannot have: their rows do not exist. */
import type { FeatureNode, JoinNode, RequestNode } from "./ast.ts";
import type { Report } from "./diagnostic.ts";
import { checkNames } from "./source_columns.ts";
import type { Span } from "./source.ts";
import { findRole } from "./source_roles.ts";
import type { Stream } from "./stream.ts";
import { type Column, type Expression, type RequestInput, requestOf } from "./typed_ast.ts";
import { isNested, printType } from "./types.ts";
import { reachableFrom } from "./visit.ts";

interface CheckedRequest {
  readonly request: RequestInput;
  readonly columns: Stream["columns"];
  readonly keys: readonly Column[];
}

/** The columns and keys of a request; its time is that of whoever asks. */
export function checkRequest(plugin: string, node: RequestNode, report: Report): CheckedRequest {
  const columns = checkNames(node.columns, report);
  const keys = findRole(node.columns, "key").flatMap(({ name, type }) => {
    if (type === undefined) return [];
    if (isNested(type)) report("E509", name, `A key is a single value, found ${printType(type)}`);
    return [{ name: name.name, type }];
  });
  for (const { roles } of node.columns) {
    for (const { role, start, end } of roles.filter(({ role }) => role !== "key")) {
      const hint = "the time of a request is that of the question";
      report("E801", { start, end }, `A column of a request cannot be marked ${role}`, hint);
    }
  }
  const { doc, name: { name } } = node;
  const request = {
    plugin,
    name,
    ...(doc === undefined ? {} : { doc }),
    columns: [...columns].flatMap(([name, type]) => type === undefined ? [] : [{ name, type }]),
    keys: keys.map((key) => key.name),
  };
  return { request, columns, keys };
}

interface RequestFeatureContext {
  readonly node: FeatureNode;
  readonly outputs: readonly Expression[];
  readonly spans: WeakMap<Expression, Span>;
  readonly report: Report;
}

/** Reports what needs rows in a feature on a request. */
export function checkRequestFeature(context: RequestFeatureContext): void {
  const { node, outputs, spans, report } = context;
  const hint = "a request has no rows: compute this in a feature on a source, and join it";
  for (const [clause, span] of clausesOf(node)) {
    report("E802", span, `Cannot use ${clause} in a feature on a request`, hint);
  }
  const seen = new Set<string>();
  for (const part of reachableFrom(outputs)) {
    if (part.kind !== "aggregate" && part.kind !== "lag") continue;
    const what = part.kind === "lag" ? "prev and lag" : "an aggregate";
    if (seen.has(what)) continue;
    seen.add(what);
    report("E803", spans.get(part) ?? node.name, `Cannot use ${what} on a request`, hint);
  }
  for (const join of node.joins) {
    const span = join.within ?? join.between?.from;
    if (span === undefined) continue;
    const word = join.within === undefined ? "between" : "within";
    const instead = "write join alone: it reads the value at the time of the question";
    report("E804", span, `Cannot join ${word} a time on a request`, instead);
  }
}

function clausesOf(node: FeatureNode): readonly (readonly [string, Span])[] {
  const { by, where, fold, window, every, ttl, store } = node;
  const written: readonly (readonly [string, Span | undefined])[] = [
    ["by", by && (by[0] ?? node.name)],
    ["where", where],
    ["fold", fold],
    ["a window", window],
    ["every", every],
    ["ttl", ttl],
    ["store", store],
  ];
  return written.flatMap(([clause, span]) => span === undefined ? [] : [[clause, span] as const]);
}

/** Whether a stream can be joined: what exists only in a question has no value of its own. */
export function checkRight(node: JoinNode, stream: Stream, report: Report): boolean {
  if (stream.upstream === undefined || requestOf(stream.upstream) === undefined) return true;
  const hint = "put the request on the left: on the request, join the other stream";
  report("E805", node.right, `Cannot join "${stream.name}": it exists only in a question`, hint);
  return false;
}
