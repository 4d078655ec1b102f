/** The physical plan of features as text: what runs where, in which order, and the generated code. */
import {
  type Column,
  type Feature,
  lowerSet,
  type Operation,
  requestOf,
  type SetFeature,
  type SitePlan,
} from "../../dsl/mod.ts";

export interface PlanSite {
  readonly site: number;
  readonly name: string;
  /** Plugins whose functions it calls; without any, no foreign code runs there. */
  readonly plugins: readonly string[];
  readonly operations: readonly string[];
  readonly kernels: readonly { readonly feature: string; readonly code: string }[];
}

/** How the rows of these features would be computed on one partition; of those on requests, the answers. */
export function planSites(features: readonly Feature[]): PlanSite[] {
  const columns: Column[] = [];
  const asked = features.filter(isOnRequest).map((feature) => askedWith(feature, columns));
  const plan = lowerSet({
    features: asked,
    spine: asked.length === 0 ? undefined : { kind: "table", columns },
    startUs: -Infinity,
    endUs: Infinity,
    rowsOf: features.filter((feature) => !isOnRequest(feature)),
    partitions: 1,
  });
  return plan.sites.map(toPlanSite);
}

function isOnRequest({ form }: Feature): boolean {
  return form === "request";
}

/** A feature on a request, with columns of its own in the question. */
function askedWith(feature: Feature, columns: Column[]): SetFeature {
  const { keys = [], columns: brought = [] } = requestOf({ kind: "feature", feature }) ?? {};
  const name = `${feature.plugin}.${feature.name}`;
  const places = brought.map((column) => {
    const place = `${name}.${column.name}`;
    columns.push({ name: place, type: column.type });
    return [column.name, place] as const;
  });
  return {
    name,
    feature,
    keys: Object.fromEntries(
      places.filter(([key]) => keys.includes(key)).map(([key, column]) => [key, { column }]),
    ),
    request: Object.fromEntries(places.filter(([column]) => !keys.includes(column))),
  };
}

/** Lines for people. */
export function planLines(sites: readonly PlanSite[]): string[] {
  return sites.flatMap(({ site, name, plugins, operations, kernels }) => [
    `site ${site}: ${name}${
      plugins.length === 0 ? "" : `, calls functions of ${plugins.join(", ")}`
    }`,
    ...operations.map((operation) => `  ${operation}`),
    ...kernels.flatMap(({ feature, code }) => [
      "",
      `  kernel of ${feature}`,
      ...indentCode(code).map((line) => `    ${line}`),
    ]),
    "",
  ]);
}

function toPlanSite({ site, name, plugins, operations, kernels }: SitePlan): PlanSite {
  return {
    site,
    name,
    plugins,
    operations: operations.map(({ level, operation }) =>
      `level ${level}  ${operationText(operation, kernels)}`
    ),
    kernels: kernels.map(({ feature, text }) => ({ feature, code: text.body })),
  };
}

function operationText(operation: Operation, kernels: SitePlan["kernels"]): string {
  const { kind, ...rest } = operation;
  const facts = Object.entries(rest)
    .filter(([name, value]) => name !== "kernel" && typeof value === "number")
    .map(([name, value]) => `${name} ${value}`);
  const feature = "kernel" in rest ? kernels[rest.kernel]?.feature : undefined;
  return [kind.padEnd(8), ...(feature === undefined ? [] : [feature]), facts.join(", ")].join(" ");
}

/** Generated code has a statement a line and no indentation of its own. */
function indentCode(code: string): string[] {
  let depth = 0;
  return code.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const closes = /^[}\])]/.test(line) ? 1 : 0;
    const text = "  ".repeat(Math.max(0, depth - closes)) + line;
    const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, "");
    depth += (bare.match(/[{[(]/g)?.length ?? 0) - (bare.match(/[}\])]/g)?.length ?? 0);
    return text;
  });
}
