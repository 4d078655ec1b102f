import assert from "node:assert/strict";
import { runCommand } from "../../../runtime/cli/command.ts";
import { startThread } from "../../../runtime/threads.ts";
import { COMMANDS } from "../../../runtime/cli/commands.ts";
import type { WorkerLauncher } from "../../../runtime/worker/mod.ts";
import { captureTerminal } from "./captured_terminal.ts";
import { callCommand } from "./command_call.ts";

const NO_LAUNCHER: WorkerLauncher = {
  launch: () => Promise.reject(new Error("no worker is started here")),
};

const call = (...args: string[]) => callCommand(args);

Deno.test("runCommand() shows the version", async () => {
  const { code, out } = await call("--version");
  assert.equal(code, 0);
  assert.match(out, /^featurizer \d+\.\d+\.\d+\n$/);
});

Deno.test("runCommand() lists every command in the help", async () => {
  const { code, out } = await call("--help");
  assert.equal(code, 0);
  for (const { name, summary } of COMMANDS) {
    assert.match(out, new RegExp(`^  ${name} +${summary}$`, "m"));
  }
});

Deno.test("runCommand() without a command shows the help and fails", async () => {
  const { code, out } = await call();
  assert.equal(code, 2);
  assert.match(out, /Usage/);
});

Deno.test("runCommand() gives each command a help with usage, options and examples", async () => {
  for (const { name } of COMMANDS) {
    const { code, out, err } = await call(name, "--help");
    assert.equal(code, 0, `${name}: ${err}`);
    assert.match(out, new RegExp(`featurizer ${name}`));
    for (const part of ["Usage", "Options", "Examples", "--json"]) assert.ok(out.includes(part));
    assert.equal(out, (await call("help", name)).out);
    assert.ok(out.split("\n").every((line) => line.length <= 110), `${name}: a line is too long`);
  }
});

Deno.test("runCommand() names the nearest command", async () => {
  const { code, err } = await call("chekc");
  assert.equal(code, 2);
  assert.match(err, /Cannot run "chekc": there is no such command, did you mean "check"\?/);
});

Deno.test("runCommand() rejects unknown options and wrong values as usage errors", async () => {
  const unknown = await call("run", "x.yaml", "--fromat", "csv");
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /unknown option '--fromat'/);
  const wrong = await call("run", "x.yaml", "--format", "xml");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /Cannot read option "--format": expected arrow, parquet, csv, got "xml"/);
  const missing = await call("run");
  assert.equal(missing.code, 2);
  assert.match(missing.err, /Cannot run "run": the config is missing/);
});

Deno.test("runCommand() prints errors as JSON with --json", async () => {
  const { code, out, err } = await call("run", "no_such.yaml", "--json");
  assert.equal(code, 1);
  assert.equal(err, "");
  const { error } = JSON.parse(out);
  assert.equal(error.code, "CONFIG_NOT_FOUND");
  assert.equal(error.domain, "user");
  assert.match(error.message, /^Cannot read config "no_such.yaml"/);
});

Deno.test("runCommand() tells an interruption by its exit code", async () => {
  const terminal = captureTerminal();
  const signal = AbortSignal.abort("SIGINT");
  const args = ["run", "no_such.yaml"];
  const code = await runCommand(args, { signal, launcher: NO_LAUNCHER, startThread, terminal });
  assert.equal(code, 130);
  assert.match(terminal.err.text, /Interrupted/);
});
