/**
 * The test command: formatting, lint, types, docs of the public surface, then every test.
 *
 * `deno task test` runs what must stay quick; `--long` raises the numbers of the seeded suites;
 * `--checks` runs the checks alone. A path narrows the tests: `deno task test tests/dsl`.
 */
import { parseArgs } from "node:util";
import { parseJunit, type TestCase } from "./junit.ts";

const LONG_CASES = "100000";
const LONG_FUZZ = "1000000";
const LONG_KILLS = "100";
const LONG_SOAK_SECONDS = "3600";
/** Code compiled for one seed is of no use to the next, and would be kept. */
const LONG_FLAGS = ["--v8-flags=--no-compilation-cache"];
const DOCUMENTED = ["mod.ts", "dsl/plugin.ts"];

/** What `deno doc` says of the types of Node, which it does not need. */
const UNRESOLVED_TYPES = /^Warning Failed resolving types.*\n( +at .*\n)?/gm;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { long: { type: "boolean" }, checks: { type: "boolean" } },
  });
  const outcomes = [await runChecks()];
  if (!values.checks) outcomes.push(await runTests(positionals, values.long ?? false));
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function runChecks(): Promise<Outcome> {
  const checks: Readonly<Record<string, readonly string[]>> = {
    format: ["fmt", "--check"],
    lint: ["lint"],
    types: ["check", "."],
    docs: ["doc", "--lint", "mod.ts"],
  };
  let failed = 0;
  for (const [name, args] of Object.entries(checks)) {
    const begun = performance.now();
    const { code, stdout, stderr } = await denoCommand(args).output();
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${name} (${secondsSince(begun)})`);
    if (code === 0) continue;
    failed++;
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    console.log(output.replaceAll(UNRESOLVED_TYPES, ""));
  }
  return { passed: Object.keys(checks).length - failed, failed };
}

async function runTests(paths: readonly string[], long: boolean): Promise<Outcome> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  const begun = performance.now();
  try {
    const { code, crashed } = await runDenoTest(paths, report, long);
    const cases = parseJunit(await Deno.readTextFile(report));
    const failed = cases.filter(({ outcome }) => outcome === "failed").length + crashed.length;
    printSummary(cases, crashed, secondsSince(begun));
    return {
      passed: cases.filter(({ outcome }) => outcome === "passed").length,
      failed: failed === 0 && code !== 0 ? 1 : failed,
    };
  } finally {
    await Deno.remove(report);
  }
}

interface TestRun {
  readonly code: number;
  /** Test files that failed before their tests could run; the report does not know them. */
  readonly crashed: readonly string[];
}

async function runDenoTest(
  paths: readonly string[],
  report: string,
  long: boolean,
): Promise<TestRun> {
  const targets = paths.length > 0 ? paths : ["tests", ...DOCUMENTED];
  const flags = ["--no-prompt", "--no-check", "--sanitize-ops", "--sanitize-resources", "--doc"];
  if (long) flags.push(...LONG_FLAGS);
  const process = denoCommand(["test", "-A", ...flags, `--junit-path=${report}`, ...targets], {
    stderr: "inherit",
    env: long ? longNumbers() : {},
  }).spawn();
  const crashed: string[] = [];
  const lines = process.stdout.pipeThrough(new TextDecoderStream());
  let rest = "";
  for await (const chunk of lines) {
    await writeOut(chunk);
    const [last = "", ...complete] = (rest + chunk).split("\n").reverse();
    rest = last;
    crashed.push(...complete.flatMap(crashedFile));
  }
  return { code: (await process.status).code, crashed };
}

function longNumbers(): Record<string, string> {
  return {
    FEATURIZER_LONG: "1",
    FEATURIZER_CASES: Deno.env.get("FEATURIZER_CASES") ?? LONG_CASES,
    FEATURIZER_FUZZ: Deno.env.get("FEATURIZER_FUZZ") ?? LONG_FUZZ,
    FEATURIZER_KILLS: Deno.env.get("FEATURIZER_KILLS") ?? LONG_KILLS,
    FEATURIZER_SOAK_S: Deno.env.get("FEATURIZER_SOAK_S") ?? LONG_SOAK_SECONDS,
  };
}

function crashedFile(line: string): string[] {
  const found = /^Uncaught error from (\S+) FAILED/.exec(line);
  return found?.[1] === undefined ? [] : [found[1]];
}

function printSummary(cases: readonly TestCase[], crashed: readonly string[], took: string): void {
  console.log("\nTested:");
  for (const [file, own] of Map.groupBy(cases, ({ file }) => file)) {
    const count = (outcome: TestCase["outcome"]) =>
      own.filter((testCase) => testCase.outcome === outcome).length;
    const seconds = own.reduce((sum, testCase) => sum + testCase.seconds, 0);
    const failed = count("failed") > 0 ? `, ${count("failed")} FAILED` : "";
    console.log(`  ${file}: ${count("passed")} passed${failed}, ${seconds.toFixed(1)} s`);
  }
  const files = new Set(cases.map(({ file }) => file)).size + crashed.length;
  console.log(`${cases.length} tests in ${files} file${files === 1 ? "" : "s"}, ${took}`);
  printList("Skipped (the reason is in the name):", cases, "skipped");
  printList("Failed:", cases, "failed");
  for (const file of crashed) console.log(`  ${file}: did not load`);
}

function printList(title: string, cases: readonly TestCase[], outcome: TestCase["outcome"]): void {
  const chosen = cases.filter((testCase) => testCase.outcome === outcome);
  if (chosen.length === 0) return;
  console.log(title);
  for (const { file, name } of chosen) console.log(`  ${file}: ${name}`);
}

function denoCommand(args: readonly string[], options: Deno.CommandOptions = {}): Deno.Command {
  const { env, ...streams } = options;
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
    ...streams,
  });
}

async function writeOut(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) {
    done += await Deno.stdout.write(bytes.subarray(done));
  }
}

function secondsSince(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

if (import.meta.main) Deno.exit(await main());
