/** What a feature of a plugin or config is. */
import {
  type Feature,
  printDuration,
  printType,
  reachOf,
  type RequestInput,
  type Source,
  type Upstream,
} from "../../dsl/mod.ts";
import type { Invocation } from "./command_spec.ts";
import { findFeatures } from "./find_features.ts";
import { printJson } from "./json_text.ts";
import { openProject } from "./project.ts";
import { paint } from "./style.ts";
import { printTable } from "./table_text.ts";
import { printLine, type TextStream } from "./terminal.ts";

/** Prints schema, docs, parameters and lineage of a feature. */
export async function describeFeature(
  invocation: Invocation,
  path: string,
  name: string,
): Promise<void> {
  const project = await openProject([path], invocation);
  const [[found, feature] = []] = findFeatures(project, name);
  if (found === undefined || feature === undefined) return;
  const { out } = invocation.terminal;
  if (invocation.json) return printJson(out, { name: found, ...summaryOf(feature) });
  printFeature(out, found, feature);
}

function printFeature(out: TextStream, name: string, feature: Feature): void {
  const { id, definition, form, params, doc, reach } = summaryOf(feature);
  printLine(out, paint(out, "bold", name));
  if (doc !== undefined) printLine(out, doc);
  printLine(out);
  const given = Object.entries(params).map(([key, value]) => `${key} = ${value}`).join(", ");
  const facts = [
    ["definition", given === "" ? definition : `${definition}(${given})`],
    ["form", form],
    ["reach", reach],
    ["identity", id],
  ];
  for (const [label = "", value = ""] of facts) {
    printLine(out, `${paint(out, "dim", label.padEnd(10))} ${value}`);
  }
  printLine(out);
  printTable(out, COLUMNS, columnRows(feature), "No columns.");
  printLine(out, `\n${paint(out, "bold", "lineage")}`);
  for (const line of lineageLines({ kind: "feature", feature })) printLine(out, line);
}

const COLUMNS = [
  { title: "column", align: "left" },
  { title: "type", align: "left" },
  { title: "role", align: "left" },
  { title: "about", align: "left", gives: true },
] as const;

function summaryOf(feature: Feature) {
  const { id, plugin, name, form, params, doc, keys, outputs, time } = feature;
  const reachUs = reachOf({ kind: "feature", feature });
  return {
    id,
    definition: `${plugin}.${name}`,
    form,
    params,
    ...(doc !== undefined && { doc }),
    reach: Number.isFinite(reachUs) ? printDuration(reachUs) : "all earlier rows of the key",
    keys: keys.map(({ name, type }) => ({ name, type: printType(type) })),
    time,
    outputs: outputs.map(({ name, type, doc }) => ({ name, type: printType(type), doc })),
    lineage: lineageOf({ kind: "feature", feature }),
  };
}

function columnRows({ keys, time, outputs }: Feature): string[][] {
  return [
    ...keys.map(({ name, type }) => [name, printType(type), "key", ""]),
    ...(time === "" ? [] : [[time, "timestamp", "time", ""]]),
    ...outputs.map(({ name, type, doc = "" }) => [name, printType(type), "value", doc]),
  ];
}

interface Lineage {
  readonly name: string;
  readonly kind: "source" | "feature" | "request";
  readonly reads: readonly Lineage[];
}

function lineageOf(upstream: Upstream): Lineage {
  if (upstream.kind === "source") {
    return { name: fullName(upstream.source), kind: "source", reads: [] };
  }
  if (upstream.kind === "request") {
    return { name: fullName(upstream.request), kind: "request", reads: [] };
  }
  const { feature } = upstream;
  const reads = [feature.input, ...feature.joins.map(({ right }) => right)].map(lineageOf);
  return { name: fullName(feature), kind: "feature", reads };
}

function lineageLines(upstream: Upstream): string[] {
  const draw = ({ name, kind, reads }: Lineage, indent: string): string[] => [
    `${indent}${name}${kind === "feature" ? "" : ` (${kind})`}`,
    ...reads.flatMap((read) => draw(read, `${indent}  `)),
  ];
  return draw(lineageOf(upstream), "  ");
}

function fullName({ plugin, name }: Feature | Source | RequestInput): string {
  return `${plugin}.${name}`;
}
