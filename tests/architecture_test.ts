/** The rules of the tree that a machine can check. An exception is named here with its reason. */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { areaOf, readSourceFiles, type SourceFile } from "./architecture.ts";

/** Who may import whom; what is not listed may not be imported. Every area may import the files of `runtime`. */
const IMPORT_TABLE: Readonly<Record<string, readonly string[]>> = {
  "dsl": [],
  "runtime/errors.ts": [],
  "runtime/threads.ts": [],
  "runtime/arrow": ["dsl"],
  "runtime/kernel": ["runtime/arrow", "dsl"],
  "runtime/engine": ["runtime/kernel", "runtime/arrow", "dsl"],
  "runtime/worker": ["runtime/engine", "runtime/arrow", "dsl"],
  "runtime/store": ["runtime/arrow"],
  "runtime/source": ["runtime/arrow", "dsl"],
  "runtime/set": [
    "runtime/worker",
    "runtime/store",
    "runtime/source",
    "runtime/engine",
    "runtime/arrow",
    "dsl",
  ],
  "runtime/live": [
    "runtime/set",
    "runtime/worker",
    "runtime/store",
    "runtime/source",
    "runtime/engine",
    "runtime/arrow",
    "dsl",
  ],
  "runtime/api": ["runtime/live", "runtime/arrow", "dsl"],
  "runtime/cli": [
    "runtime/api",
    "runtime/live",
    "runtime/engine",
    "runtime/set",
    "runtime/worker",
    "runtime/store",
    "runtime/source",
    "runtime/arrow",
    "dsl",
  ],
  "plugins": ["mod.ts"],
  "examples": ["mod.ts"],
  "runtime/release": ["runtime/worker"],
  "mod.ts": ["dsl", "runtime/set", "runtime/worker", "runtime/store", "runtime/arrow"],
};

/** What every area may import. */
const LEAVES = ["runtime/errors.ts", "runtime/threads.ts"];

/** Contracts that another area may import beside the door: shared types, whose door would load a whole area. */
const SIDE_DOORS: Readonly<Record<string, string>> = {
  "dsl/duration.ts": "durations as text, cast in every worker",
  "dsl/types.ts": "value types and storage, read in every worker",
  "dsl/typed_ast.ts": "what lowering, code generation and planning share",
  "dsl/template.ts": "what crosses from the sandbox to the compiler",
  "dsl/plugin.ts": "the tag, which is bundled into each plugin",
  "runtime/arrow/symbols.ts": "the hash of texts, by which rows are routed in every worker",
  "runtime/arrow/timestamp_text.ts": "times as text, cast in every worker",
  "runtime/arrow/batch.ts": "rows as they travel, without the Arrow library",
  "runtime/worker/host_scope.ts": "how the host begins, before it loads anything",
  "runtime/worker/spawn.ts": "how threads start, for the main thread, which loads nothing else",
  "runtime/engine/frames.ts": "the border of the engine, read by hosts that do not run it",
};

/** Each third-party library and the one area that imports it. */
const LIBRARY_HOMES: Readonly<Record<string, readonly string[]>> = {
  "apache-arrow": ["runtime/arrow"],
  "@libsql/client": ["runtime/store"],
  "esbuild": ["runtime/worker", "runtime/release"],
  "parquet-wasm": ["runtime/source", "runtime/arrow"],
  "zod": ["runtime/set", "runtime/api", "examples"],
  "@std/yaml": ["runtime/set"],
  "hono": ["runtime/api"],
  "@platformatic/kafka": ["runtime/live"],
};

const MAX_FILE_LINES = 500;
const MAX_FUNCTION_LINES = 60;

/** Longer functions, as `path: name`, with the reason. */
const LONG_FUNCTIONS: Readonly<Record<string, string>> = {
  "tests/architecture.ts: readSourceFile": "one visitor over the syntax tree, a line a rule",
};

const LONG_FILES: Readonly<Record<string, string>> = {};

/** Files with a mark that other files may not have. */
const ALLOWED_MARKS: Readonly<Record<string, string>> = {};

const VAGUE_NAMES = ["utils", "util", "helpers", "helper", "common", "misc", "index"];

const files = readSourceFiles();
const product = files.filter(({ path }) => !path.startsWith("tests/"));

Deno.test("imports between areas follow the table and go through doors", () => {
  report(product.flatMap((file) => {
    const from = areaOf(file.path);
    return relativeImports(file).flatMap((target) => crossing(file.path, from, target));
  }));
});

Deno.test("a door only re-exports, and its own area does not use it", () => {
  report(product.flatMap((file) => {
    const isDoor = isAreaDoor(file.path);
    if (isDoor && !file.isDoor) return [`${file.path} holds more than re-exports`];
    return relativeImports(file)
      .filter((target) => isAreaDoor(target) && areaOf(target) === areaOf(file.path))
      .map((target) => `${file.path} imports its own door ${target}`);
  }));
});

Deno.test("imports are a graph of files without a cycle, types aside", () => {
  report(findCycles(files).map((cycle) => cycle.join(" -> ")));
});

Deno.test("each third-party library has one importing area", () => {
  report(product.flatMap((file) =>
    file.imports.flatMap(({ specifier }) => {
      const homes = LIBRARY_HOMES[packageOf(specifier)];
      if (homes === undefined || homes.includes(areaOf(file.path))) return [];
      return [`${file.path} imports ${specifier}, which belongs to ${homes.join(" and ")}`];
    })
  ));
});

Deno.test("bare imports are pinned libraries, Node's modules or featurizer", () => {
  report(files.flatMap((file) =>
    file.imports
      .filter(({ file, specifier }) => file === undefined && !isKnownBare(specifier))
      .map(({ specifier }) => `${file.path} imports ${specifier}`)
  ));
});

Deno.test("dsl/ is pure", () => {
  report(
    files.filter(({ path }) => areaOf(path) === "dsl").flatMap((file) => {
      const outside = file.imports.filter(({ file }) =>
        file === undefined || areaOf(file) !== "dsl"
      );
      const world =
        /\b(Deno|performance|setTimeout|fetch|process)\.|\bDate\.now|new Date\(\)|Math\.random/
          .exec(withoutComments(file.text));
      return [
        ...outside.map(({ specifier }) => `${file.path} imports ${specifier}`),
        ...(world ? [`${file.path} reads the world: ${world[0]}`] : []),
      ];
    }),
  );
});

Deno.test("nothing imports tests, and examples and plugins import featurizer, and zod for schemas", () => {
  report(product.flatMap((file) =>
    file.imports.flatMap(({ specifier, file: target }) => {
      if (target !== undefined && areaOf(target) === "tests") {
        return [`${file.path} imports ${target}`];
      }
      const isLesson = /^(examples|plugins)\//.test(file.path);
      const isPlain = specifier === "featurizer" || specifier === "zod" ||
        /\.(csv|json|txt)$/.test(specifier) ||
        (target !== undefined && areaOf(target) === areaOf(file.path));
      return isLesson && !isPlain ? [`${file.path} imports ${specifier}`] : [];
    })
  ));
});

Deno.test("files and functions stay short", () => {
  report(files.flatMap((file) => [
    ...(file.lines > MAX_FILE_LINES && !(file.path in LONG_FILES)
      ? [`${file.path} has ${file.lines} lines`]
      : []),
    ...file.functions
      .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
      .filter(({ name }) => !(`${file.path}: ${name}` in LONG_FUNCTIONS))
      .map(({ name, lines }) => `${file.path}: ${name} has ${lines} lines`),
  ]));
});

Deno.test("file names are snake_case nouns, never utils or helpers", () => {
  report(
    files.filter(({ path }) => {
      const name = basename(path, ".ts");
      return VAGUE_NAMES.includes(name) || !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name);
    }).map(({ path }) => path),
  );
});

Deno.test("no any, no private keyword, no top-level arrow; default exports are plugins", () => {
  report(product.flatMap((file) =>
    file.marks
      .filter(({ rule }) => rule !== "new Function" && !(`${file.path}: ${rule}` in ALLOWED_MARKS))
      .filter(({ rule }) => rule !== "default export" || !/\bplugin\(/.test(file.text))
      .map(({ rule, line }) => `${file.path}:${line} ${rule}`)
  ));
});

Deno.test("text becomes a function in one place", () => {
  const places = product.flatMap((file) =>
    file.marks.filter(({ rule }) => rule === "new Function").map(({ line }) =>
      `${file.path}:${line}`
    )
  );
  assert.ok(places.length <= 1, `several files hold new Function: ${places.join(", ")}`);
});

Deno.test("no work is left behind as a comment", () => {
  const others = files.filter(({ path }) => path !== "tests/architecture_test.ts");
  report(others.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)).map(({ path }) => path));
});

Deno.test("messages of errors follow the pattern", () => {
  report(
    product.flatMap((file) =>
      [...file.text.matchAll(/new FeaturizerError\(\s*(["`])((?:\\.|(?!\1)[\s\S])*)\1/g)].flatMap(
        ([, , message = ""]) =>
          /^(Cannot|\$\{)/.test(message) && !message.endsWith(".")
            ? []
            : [`${file.path}: ${JSON.stringify(message)}`],
      )
    ),
  );
});

Deno.test("every exception in this file is still needed", () => {
  const paths = new Set(files.map(({ path }) => path));
  const named = [LONG_FUNCTIONS, LONG_FILES, ALLOWED_MARKS, SIDE_DOORS].flatMap(Object.keys);
  report(named.filter((name) => !paths.has(name.split(":")[0] ?? "")));
});

function crossing(path: string, from: string, target: string): string[] {
  const to = areaOf(target);
  if (to === from || LEAVES.includes(to) || !target.endsWith(".ts")) return [];
  if (!IMPORT_TABLE[from]?.includes(to)) return [`${path} imports ${target}: ${from} may not`];
  const isDoor = isAreaDoor(target) || target in SIDE_DOORS;
  return isDoor ? [] : [`${path} imports ${target}: use the door of ${to}`];
}

function isAreaDoor(path: string): boolean {
  return path === "mod.ts" || path === `${areaOf(path)}/mod.ts`;
}

function relativeImports(file: SourceFile): string[] {
  return file.imports.flatMap(({ file }) => file === undefined ? [] : [file]);
}

function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function isKnownBare(specifier: string): boolean {
  return specifier.startsWith("node:") || specifier === "featurizer" ||
    packageOf(specifier) in LIBRARY_HOMES;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
}

function findCycles(all: readonly SourceFile[]): string[][] {
  const byPath = new Map(all.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path]);
    const file = byPath.get(path);
    if (file === undefined || done.has(path) || trail.includes(path)) return;
    for (const { file: target, isStatic, isType } of file.imports) {
      if (target !== undefined && isStatic && !isType) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of all) visit(path, []);
  return cycles;
}

function report(problems: readonly string[]): void {
  assert.ok(problems.length === 0, `\n${problems.join("\n")}`);
}
