/** A feature for people: what it reads, how it is evaluated, and what comes out. */
import { printWindow } from "./check_form.ts";
import { printDuration } from "./duration.ts";
import { printExpression } from "./print_expression.ts";
import { reachOf } from "./reach.ts";
import type { Column, Feature, FeatureForm, Join, Source, Upstream } from "./typed_ast.ts";
import { printType } from "./types.ts";
import { aggregatesOf } from "./visit.ts";

const forms: Readonly<Record<FeatureForm, string>> = {
  map: "map: expressions over the value of what it reads",
  rows: "rows: one row for each input row; its value is its last row",
  sliding: "sliding: windows that move with every row and every query",
  tumbling: "tumbling: one row for each closed window; its value is the last one",
};

/** Explains a feature and, below it, everything it reads, each once. */
export function explainFeature(feature: Feature): string {
  const blocks: string[] = [];
  const seen = new Set<string>();
  const pending: Upstream[] = [{ kind: "feature", feature }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const name = nameOf(next);
    const key = next.kind === "feature" ? next.feature.id : `${name} ${next.source.selection}`;
    if (seen.has(key)) continue;
    seen.add(key);
    blocks.push(next.kind === "feature" ? explainOne(next.feature) : explainSource(next.source));
    if (next.kind === "feature") {
      pending.push(next.feature.input, ...next.feature.joins.map(({ right }) => right));
    }
  }
  return blocks.join("\n\n");
}

function explainOne(feature: Feature): string {
  const { doc, form, input, joins, keys, where, outputs, time } = feature;
  const aliases = joins.map(({ alias }) => alias);
  const expressions = outputs.map(({ expression }) => expression);
  const windows = new Set(aggregatesOf(expressions).map(({ window }) => printWindow(window)));
  const reach = reachOf({ kind: "feature", feature });
  const lines: [string, string | undefined][] = [
    ["doc", doc],
    ["id", feature.id],
    ["form", forms[form]],
    ["reads", nameOf(input)],
    ...joins.map((join): [string, string] => ["join", printJoin(join)]),
    [
      "keys",
      (keys.map(printColumn).join(", ") || "none: one global value") + printRekeyed(feature),
    ],
    ["time", time],
    ["where", where === undefined ? undefined : printExpression(where, aliases)],
    ["windows", windows.size === 0 ? undefined : [...windows].join(", ")],
    ["reach", isFinite(reach) ? printDuration(reach) : "all earlier rows of the key"],
    ...outputs.map(({ expression, ...column }): [string, string] => [
      "output",
      `${printColumn(column)} = ${printExpression(expression, aliases)}`,
    ]),
  ];
  return printBlock(`feature ${nameOf({ kind: "feature", feature })}`, lines);
}

function explainSource(source: Source): string {
  const { doc, keys, time, sequence, latenessUs, idleUs, unique, selection } = source;
  const distinct = unique === undefined
    ? undefined
    : `${unique.columns.join(", ")} within ${printDuration(unique.withinUs)}`;
  return printBlock(`source ${nameOf({ kind: "source", source })}`, [
    ["doc", doc],
    ["keys", keys.join(", ") || "none"],
    ["time", time],
    ["sequence", sequence],
    ["lateness", printDuration(latenessUs)],
    ["idle", printDuration(idleUs)],
    ["unique", distinct],
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

function printJoin({ alias, right, withinUs, on }: Join): string {
  const within = withinUs === undefined
    ? "its value"
    : `its last row within ${printDuration(withinUs)}`;
  const pairs = on.map((pair) => `${pair.left} == ${alias}.${pair.right}`).join(" and ");
  return `${nameOf(right)} as ${alias}: ${within}${pairs === "" ? "" : `, on ${pairs}`}`;
}

function printRekeyed({ rekeyed, input }: Feature): string {
  return rekeyed ? ` (${nameOf(input)} is re-keyed)` : "";
}

function printColumn({ name, type }: Column): string {
  return `${name} ${printType(type)}`;
}

function nameOf(upstream: Upstream): string {
  if (upstream.kind === "source") return `${upstream.source.plugin}.${upstream.source.name}`;
  const { plugin, name, params } = upstream.feature;
  const list = Object.entries(params).map(([key, value]) => `${key}: ${value}`).join(", ");
  return `${plugin}.${name}${list === "" ? "" : `(${list})`}`;
}
