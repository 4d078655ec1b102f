/** A case as a user would have it: plugin modules, a config and files of events in a folder. */
import { join } from "node:path";
import { type Cells, isList, isMap, isStruct, type Value } from "../oracle/value.ts";
import type { Case, CaseFeature, CaseSource, CaseSpine } from "./case.ts";
import { type CompiledCase, sourceOf } from "./compiled_case.ts";
import { HOLES, holeText } from "./test_holes.ts";
import type { TestPlugin } from "./test_plugin.ts";

/** Whether a config can say it: no pins, a spine column for one key, a table with keys. */
export function isExpressible({ features, spine }: Case): boolean {
  const isKeyless = spine.kind === "table" && spine.columns.length <= 2;
  return !isKeyless &&
    features.every(({ pins, keys }) =>
      pins === undefined &&
      new Set(Object.values(keys ?? {})).size === Object.keys(keys ?? {}).length
    );
}

/** Writes the project; the path of its config. */
export function writeProject(folder: string, compiled: CompiledCase): string {
  const { testCase } = compiled;
  const write = (name: string, text: string) => Deno.writeTextFileSync(join(folder, name), text);
  for (const plugin of testCase.plugins) write(`${plugin.name}.ts`, moduleOf(plugin, testCase));
  const used = testCase.sources.flatMap((source) => dataSources(compiled, source, write));
  if (testCase.spine.kind === "table") write("spine.ndjson", spineRows(testCase.spine));
  const config = {
    plugins: testCase.plugins.map(({ name }) => `./${name}.ts`),
    start_date: iso(testCase.startUs),
    end_date: iso(testCase.endUs),
    spine: spineOf(testCase.spine),
    ...(testCase.label && {
      label_feature: testCase.label.feature,
      label_lookahead: `${testCase.label.lookaheadUs}us`,
      label_only: testCase.label.only,
    }),
    features_to_store: testCase.features.map(({ name }) => name),
    data_sources: used,
    feature_configs: testCase.features.map((feature) => featureOf(feature, testCase)),
  };
  write("set.yaml", JSON.stringify(config, null, 2));
  return join(folder, "set.yaml");
}

function moduleOf({ name, body }: TestPlugin, { plugins }: Case): string {
  const imports = plugins.filter((other) => body.includes(`\${${other.name}.`))
    .map((other) => `import ${other.name} from "./${other.name}.ts";`);
  const functions = [...HOLES.keys()].filter((hole) => body.includes(`\${${hole}}`))
    .map((hole) => `const ${hole} = ${holeText(hole)};`);
  const head = `import { plugin } from "featurizer";`;
  return [head, ...imports, ...functions, `export default plugin("${name}")\`${body}\`;`, ""]
    .join("\n");
}

function dataSources(
  compiled: CompiledCase,
  { definition, entries }: CaseSource,
  write: (name: string, text: string) => void,
): readonly unknown[] {
  const delivered = sourceOf(compiled, definition).columns.filter(({ computed }) => !computed);
  const times = delivered.filter(({ type }) => type.kind === "timestamp");
  return entries.map((rows, i) => {
    const file = `${definition}.${i}.ndjson`;
    const lines = rows.map((row) => {
      const cells = delivered.map(({ name }) => [name, row[name] ?? null]);
      return jsonOf(Object.fromEntries(cells));
    });
    write(file, lines.map((line) => `${line}\n`).join(""));
    const columns = Object.fromEntries(times.map(({ name }) => [name, { unit: "us" }]));
    return { source: definition, path: file, columns };
  });
}

/** Integers beyond 2^53 - 1 with all their digits, maps as objects. */
function jsonOf(value: Value): string {
  if (typeof value === "bigint") return String(value);
  if (isList(value)) return `[${value.map(jsonOf).join()}]`;
  if (isMap(value)) return jsonOf(Object.fromEntries(value));
  if (!isStruct(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, one]) =>
    `${JSON.stringify(name)}:${jsonOf(one)}`
  );
  return `{${fields.join()}}`;
}

function spineRows({ rows, time }: Extract<CaseSpine, { kind: "table" }>): string {
  const timed = (row: Cells) => ({ ...row, [time]: iso(Number(row[time])) });
  return rows.map((row) => `${JSON.stringify(timed(row))}\n`).join("");
}

function spineOf(spine: CaseSpine): unknown {
  const nameOf = (stream: number | string) => typeof stream === "number" ? `f${stream}` : stream;
  switch (spine.kind) {
    case "grid":
      return { every: `${spine.everyUs}us`, keys: nameOf(spine.keysOf) };
    case "rows":
      return { feature: nameOf(spine.of) };
    case "table": {
      const others = spine.columns.map(({ name }) => name)
        .filter((name) => name !== spine.time && name !== "extra");
      return { path: "spine.ndjson", key: others, time: spine.time };
    }
  }
}

function featureOf(feature: CaseFeature, { features }: Case): unknown {
  const deps = Object.entries(feature.bindings ?? {})
    .map(([input, bound]) => [input, `${features[bound.feature]?.name}.${bound.column}`] as const);
  const keys = Object.entries(feature.keys ?? {}).map(([key, column]) => [column, key] as const);
  return {
    feature_definition: feature.definition,
    name: feature.name,
    params: { feature: feature.params ?? {} },
    ...(deps.length > 0 && { deps: Object.fromEntries(deps) }),
    ...(keys.length > 0 && { keys: Object.fromEntries(keys) }),
  };
}

function iso(us: number): string {
  return new Date(us / 1000).toISOString();
}
