import assert from "node:assert/strict";
import { resolve } from "node:path";
import type { SetConfig } from "../../../runtime/set/config_types.ts";
import type { RunOptions } from "../../../runtime/set/report.ts";
import { resultPath } from "../../../runtime/set/result_path.ts";

type Given = Pick<SetConfig, "file" | "output">;
type Options = Pick<RunOptions, "out" | "format">;

const CASES: readonly (readonly [string, Options, Given["output"], string, string])[] = [
  ["the config's name in out/", {}, undefined, "out/may.arrow", "arrow"],
  ["the format decides the ending", { format: "csv" }, undefined, "out/may.csv", "csv"],
  ["the ending decides the format", { out: "x/y.parquet" }, undefined, "x/y.parquet", "parquet"],
  [
    "the format goes before the ending",
    { out: "y.csv", format: "arrow" },
    undefined,
    "y.csv",
    "arrow",
  ],
  ["an unknown ending is Arrow", { out: "y.bin" }, undefined, "y.bin", "arrow"],
  ["the config's format", {}, { format: "parquet" }, "out/may.parquet", "parquet"],
  [
    "the command line goes before the config",
    { out: "a.csv" },
    { path: "b.parquet" },
    "a.csv",
    "csv",
  ],
];

for (const [name, options, output, path, format] of CASES) {
  Deno.test(`resultPath(): ${name}`, () => {
    const config = { file: "/sets/may.yaml", ...(output && { output }) } as SetConfig;
    const actual = resultPath(config, { config: "may.yaml", ...options });
    assert.deepEqual(actual, { path: resolve(path), format });
  });
}
