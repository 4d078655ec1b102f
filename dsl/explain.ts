/** A feature for people: what it reads, how it is evaluated, and what comes out. */
import { printDuration } from "./duration.ts";
import { describeState } from "./explain_state.ts";
import { printExpression, printWindow } from "./print_expression.ts";
import { reachOf } from "./reach.ts";
import type {
  Column,
  Expression,
  Feature,
  FeatureForm,
  Join,
  RequestInput,
  Source,
  Upstream,
} from "./typed_ast.ts";
import { printType } from "./types.ts";
import { aggregatesOf } from "./visit.ts";

const forms: Readonly<Record<FeatureForm, string>> = {
  map: "map: expressions over the value of what it reads",
  rows: "rows: one row for each input row; its value is its last row",
  sliding: "sliding: windows that move with every row and every query",
  closed: "closed: one row for each closed window; its value is the last one",
  fold: "fold: rows that a reducer makes; its value is the last one",
  union: "union: the rows of several streams in order; its value is its last row",
  pairs: "pairs: one row for each pair of rows; its value is its last row",
  request: "request: computed at each question from what it brings along; no rows, no state",
};

/** Explains a feature and, below it, everything it reads, each once. */
export function explainFeature(feature: Feature): string {
  const blocks: string[] = [];
  const seen = new Set<string>();
  const pending: Upstream[] = [{ kind: "feature", feature }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const name = nameOf(next);
    const key = next.kind === "feature"
      ? next.feature.id
      : next.kind === "source"
      ? `${name} ${next.source.selection}`
      : `request ${name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    blocks.push(explainStream(next));
    if (next.kind === "feature") {
      const { input, members, joins } = next.feature;
      pending.push(...members ?? [input], ...joins.map(({ right }) => right));
    }
  }
  return blocks.join("\n\n");
}

function explainStream(upstream: Upstream): string {
  switch (upstream.kind) {
    case "feature":
      return explainOne(upstream.feature);
    case "source":
      return explainSource(upstream.source);
    case "request":
      return explainRequest(upstream.request);
  }
}

function explainRequest(request: RequestInput): string {
  return printBlock(`request ${nameOf({ kind: "request", request })}`, [
    ["doc", request.doc],
    ["keys", request.keys.join(", ") || "none"],
    ...request.columns.map((column): [string, string] => ["column", printColumn(column)]),
  ]);
}

function explainOne(feature: Feature): string {
  const { doc, form, input, members, joins, keys, where, outputs, time, everyUs, ttlUs } = feature;
  const aliases = joins.map(({ alias }) => alias);
  const expressions = outputs.map(({ expression }) => expression);
  const print = (expression: Expression) => printExpression(expression, aliases);
  const windows = new Set(
    aggregatesOf(expressions).map(({ window }) => printWindow(window, aliases)),
  );
  const reach = reachOf({ kind: "feature", feature });
  const lines: [string, string | undefined][] = [
    ["doc", doc],
    ["id", feature.id],
    ["form", forms[form]],
    ["reads", (members ?? [input]).map(nameOf).join(", ")],
    ...joins.map((join): [string, string] => ["join", printJoin(join)]),
    [
      "keys",
      (keys.map(printColumn).join(", ") || "none: one global value") + printRekeyed(feature),
    ],
    ["time", time === "" ? "that of the question" : time],
    ["where", where === undefined ? undefined : print(where)],
    ["windows", windows.size === 0 ? undefined : [...windows].join(", ")],
    ["every", everyUs === undefined ? undefined : printDuration(everyUs)],
    ["ttl", ttlUs === undefined ? undefined : printDuration(ttlUs)],
    ["reach", isFinite(reach) ? printDuration(reach) : "all earlier rows of the key"],
    ...describeState(feature).map((line): [string, string] => ["state", line]),
    ...outputs.map(({ expression, ...column }): [string, string] => [
      "output",
      printColumn(column) + (expression.kind === "folded" ? "" : ` = ${print(expression)}`),
    ]),
  ];
  return printBlock(`feature ${nameOf({ kind: "feature", feature })}`, lines);
}

function explainSource(source: Source): string {
  const { doc, table, keys, time, sequence, latenessUs, idleUs, unique, selection } = source;
  const distinct = unique === undefined
    ? undefined
    : `${unique.columns.join(", ")} within ${printDuration(unique.withinUs)}`;
  const what = table === undefined ? "source" : "table";
  return printBlock(`${what} ${nameOf({ kind: "source", source })}`, [
    ["doc", doc],
    ["keys", keys.join(", ") || "none"],
    ["time", time],
    ["sequence", sequence],
    ["deleted", table?.deleted],
    ["lateness", printDuration(latenessUs)],
    ["idle", printDuration(idleUs)],
    ["unique", distinct],
    ["needs", source.attributes?.join(", ")],
    ["only", selection === "" ? undefined : selection],
    ...source.columns.map(({ computed, ...column }): [string, string] => [
      "column",
      printColumn(column) + (computed === undefined ? "" : ` = ${printExpression(computed)}`),
    ]),
  ]);
}

function printBlock(
  head: string,
  lines: readonly (readonly [string, string | undefined])[],
): string {
  const shown = lines.filter(([, text]) => text !== undefined);
  return [head, ...shown.map(([label, text]) => `  ${label.padEnd(9)}${text}`)].join("\n");
}

function printJoin(join: Join): string {
  const { alias, right, on } = join;
  const which = printMatch(join);
  const pairs = on.map((pair) => `${pair.left} == ${alias}.${pair.right}`).join(" and ");
  return `${nameOf(right)} as ${alias}: ${which}${pairs === "" ? "" : `, on ${pairs}`}`;
}

function printMatch({ withinUs, between }: Join): string {
  if (between !== undefined) {
    return `every row between ${printDuration(between.fromUs)} and ${printDuration(between.toUs)}`;
  }
  return withinUs === undefined ? "its value" : `its last row within ${printDuration(withinUs)}`;
}

function printRekeyed({ rekeyed, input }: Feature): string {
  return rekeyed ? ` (${nameOf(input)} is re-keyed)` : "";
}

function printColumn({ name, type }: Column): string {
  return `${name} ${printType(type)}`;
}

function nameOf(upstream: Upstream): string {
  if (upstream.kind === "source") return `${upstream.source.plugin}.${upstream.source.name}`;
  if (upstream.kind === "request") return `${upstream.request.plugin}.${upstream.request.name}`;
  const { plugin, name, params, members, form, input, joins: [join] } = upstream.feature;
  if (members) return `union(${members.map(nameOf).join(", ")})`;
  if (form === "pairs" && join) return `pairs of ${nameOf(input)} and ${nameOf(join.right)}`;
  const list = Object.entries(params).map(([key, value]) => `${key}: ${value}`).join(", ");
  return `${plugin}.${name}${list === "" ? "" : `(${list})`}`;
}
