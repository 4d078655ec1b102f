/** What the compiler puts into the program: read back from the file, no runtime needed. */
import assert from "node:assert/strict";
import { readSourceFiles } from "../architecture.ts";
import type { ProgramFile } from "./program_file.ts";
import { canCompile, compiledProgram } from "./unpacked_program.ts";

const MEGABYTE = 1e6;

/** What each part may weigh, in megabytes: some air above what it does. */
const BUDGET: Readonly<Record<string, number>> = {
  "node_modules": 84,
  "runtime": 6,
  "out": 6,
  "dsl": 3,
  "plugins": 1,
  "examples": 1,
};

Deno.test({
  name: "the program may do what it was given, asks for nothing, and unpacks itself",
  ignore: !canCompile,
  fn: async () => {
    const { metadata } = await compiledProgram();
    const { allow_import: _hosts, ...permissions } = metadata.permissions;
    const set = Object.entries(permissions).filter(([, value]) => value !== null);
    assert.deepEqual(Object.fromEntries(set), {
      allow_read: [],
      allow_write: [],
      allow_net: [],
      allow_env: [],
      allow_run: [],
      allow_ffi: [],
      allow_sys: ["cpus", "hostname", "networkInterfaces", "statfs"],
      deny_import: [],
      prompt: false,
    });
    assert.equal(metadata.entrypoint_key, "out/program/main.js");
    assert.ok(metadata.unstable_config.features.includes("worker-options"));
    assert.notEqual(metadata.self_extracting ?? null, null);
  },
});

Deno.test({
  name: "the program holds its workers, what guests are made of, plugins, example data and addons",
  ignore: !canCompile,
  fn: async () => {
    const program = await compiledProgram();
    const paths = new Set(program.files.map(({ path }) => path));
    const needed = [
      "deno.json",
      "LICENSE",
      "mod.ts",
      "out/program/host.js",
      "out/program/store.js",
      "out/program/guest_runtime.js",
      "runtime/worker/guest.ts",
      "runtime/worker/guest_site.ts",
      "runtime/worker/guest_recorder.ts",
      "examples/flights/grid.yaml",
      "examples/flights/flights.ts",
      ...pluginModules(),
    ];
    assert.deepEqual(needed.filter((path) => !paths.has(path)), []);
    for (const end of ["/flights-3m.parquet", "/parquet_wasm_bg.wasm"]) {
      const found = program.files.some(({ path }) => path.endsWith(end));
      assert.ok(found, `nothing ends with ${end}`);
    }
    const esbuild = program.files.find(({ path }) => /@esbuild\/[^/]+\/bin\/esbuild$/.test(path));
    assert.ok(esbuild?.isExecutable);
    assert.ok(program.files.some(({ path }) => /@libsql\/[^/]+\/index\.node$/.test(path)));
    assert.deepEqual([...paths].filter((path) => path.startsWith("tests/")), []);
    assert.deepEqual([...paths].filter((path) => /-musl\/.*\.node$/.test(path)), []);
  },
});

Deno.test({
  name: "each part of the program stays within its size",
  ignore: !canCompile,
  fn: async () => {
    const sizes = sizesByPart(await compiledProgram());
    for (const [part, bytes] of sizes) {
      const most = (BUDGET[part] ?? 1) * MEGABYTE;
      assert.ok(bytes <= most, `${part} has ${(bytes / MEGABYTE).toFixed(1)} MB`);
    }
  },
});

function pluginModules(): string[] {
  return readSourceFiles().map(({ path }) => path).filter((path) => path.startsWith("plugins/"));
}

function sizesByPart({ files }: ProgramFile): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { path, bytes } of files) {
    const [part = ""] = path.split("/");
    sizes.set(part, (sizes.get(part) ?? 0) + bytes.length);
  }
  return sizes;
}
