/** Joins: which stream, which row of it, on which columns. */
import type { FeatureNode, Identifier, JoinNode, JoinPairNode, PathNode } from "./ast.ts";
import { areComparable } from "./check_operator.ts";
import { checkRight } from "./check_request.ts";
import { expectDuration, type Parameters } from "./constant.ts";
import { didYouMean, listNames, type Report } from "./diagnostic.ts";
import { printDuration } from "./duration.ts";
import type { Stream } from "./stream.ts";
import type { Column, Join } from "./typed_ast.ts";
import { printType } from "./types.ts";

/** A join as expressions see it. */
export interface JoinedStream {
  readonly alias: string;
  readonly stream: Stream;
  /** Absent if the join is wrong or its stream is. */
  readonly join?: Join;
}

interface JoinContext {
  readonly input: Stream;
  readonly inputAlias: string;
  readonly params: Parameters;
  readonly report: Report;
}

/** Checks one join of a feature. */
export function checkJoin(node: JoinNode, stream: Stream, context: JoinContext): JoinedStream {
  const { params, report } = context;
  const alias = aliasOf(node, stream);
  if (!checkRight(node, stream, report)) return { alias, stream };
  const withinUs = node.within &&
    expectDuration(node.within, params, { report, what: "within", least: 0 });
  const between = checkBetween(node, context);
  const on = checkOn(node, { alias, stream }, context);
  const wrong = on === undefined || stream.upstream === undefined ||
    (node.within !== undefined && withinUs === undefined) ||
    (node.between !== undefined && between === undefined);
  if (wrong) return { alias, stream };
  const range = between !== undefined ? { between } : withinUs === undefined ? {} : { withinUs };
  return { alias, stream, join: { alias, right: stream.upstream, ...range, on } };
}

function checkBetween(
  { between }: JoinNode,
  { params, report }: JoinContext,
): Join["between"] {
  if (between === undefined) return undefined;
  const options = { report, what: "between", least: -Infinity };
  const fromUs = expectDuration(between.from, params, options);
  const toUs = expectDuration(between.to, params, options);
  if (fromUs === undefined || toUs === undefined) return undefined;
  if (fromUs <= toUs) return { fromUs, toUs };
  const span = { start: between.from.start, end: between.to.end };
  const hint = `write between ${printDuration(toUs)} and ${printDuration(fromUs)}`;
  return report("E608", span, "The first bound of between is above the second", hint);
}

/** The name a stream of a feature goes by: `as`, else its own. */
export function aliasOf(node: JoinNode | FeatureNode, stream: Stream): string {
  return node.alias?.name ?? stream.name.split(".").at(-1) ?? stream.name;
}

interface Right {
  readonly alias: string;
  readonly stream: Stream;
}

function checkOn(node: JoinNode, right: Right, context: JoinContext): Join["on"] | undefined {
  const written = node.on.map((pair) => checkPair(pair, right, context));
  if (written.includes(undefined) || right.stream.open === true) return undefined;
  const pairs = written.filter((pair) => pair !== undefined);
  const on = right.stream.keys.map((key) => {
    const pair = pairs.find((each) => each.right === key.name);
    return pair ?? checkDefaultPair(key, node, right, context);
  });
  const good = on.filter((pair) => pair !== undefined);
  return good.length === on.length ? good : undefined;
}

function checkDefaultPair(
  key: Column,
  node: JoinNode,
  right: Right,
  { input, report }: JoinContext,
): Join["on"][number] | undefined {
  const { name } = key;
  const left = input.columns.get(name);
  if (left !== undefined) return checkTypes({ left: name, right: key }, left, node, report);
  if (input.open === true || input.columns.has(name)) return undefined;
  const message = `Cannot join "${right.stream.name}": "${input.name}" has no column "${name}"`;
  const hint = `say what to pair it with: on <column> == ${right.alias}.${name}`;
  return report("E601", node.right, message, hint);
}

function checkTypes(
  pair: { readonly left: string; readonly right: Column },
  left: Column["type"],
  span: JoinNode | JoinPairNode,
  report: Report,
): Join["on"][number] | undefined {
  const { name, type } = pair.right;
  if (areComparable(left, type)) return { left: pair.left, right: name };
  const message = `Cannot pair "${pair.left}" (${printType(left)}) with "${name}" (${
    printType(type)
  })`;
  return report("E603", span, message);
}

function checkPair(
  node: JoinPairNode,
  right: Right,
  context: JoinContext,
): Join["on"][number] | undefined {
  const sides = [node.first, node.second];
  const far = sides.find((side) => side.path.length === 2 && side.path[0]?.name === right.alias);
  const near = sides.find((side) => side !== far);
  const key = far?.path[1];
  const column = near === undefined ? undefined : leftColumn(near, context);
  if (key === undefined || column === undefined) {
    const hint = `pair a column of "${context.input.name}" with ${right.alias}.<key>`;
    return context.report("E604", node, "Expected a pair left == right.key after on", hint);
  }
  return checkPairTypes(node, { key, column }, right, context);
}

function leftColumn({ path }: PathNode, { inputAlias }: JoinContext): Identifier | undefined {
  if (path.length === 1) return path[0];
  return path.length === 2 && path[0]?.name === inputAlias ? path[1] : undefined;
}

function checkPairTypes(
  node: JoinPairNode,
  { key, column }: { readonly key: Identifier; readonly column: Identifier },
  { stream }: Right,
  { input, report }: JoinContext,
): Join["on"][number] | undefined {
  const left = input.columns.get(column.name);
  if (left === undefined) {
    if (input.open === true || input.columns.has(column.name)) return undefined;
    const hint = didYouMean(column.name, input.columns.keys());
    return report(
      "E201",
      column,
      `Cannot find the column "${column.name}" in "${input.name}"`,
      hint,
    );
  }
  const right = stream.keys.find((each) => each.name === key.name);
  if (right !== undefined) return checkTypes({ left: column.name, right }, left, node, report);
  if (stream.open === true) return undefined;
  const keys = stream.keys.map((each) => each.name);
  const hint = keys.length === 0
    ? `"${stream.name}" has no keys: leave out on`
    : `its keys are ${listNames(keys)}; a feature with by gives a stream other keys`;
  return report("E602", key, `"${key.name}" is not a key of "${stream.name}"`, hint);
}
