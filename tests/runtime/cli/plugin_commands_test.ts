import assert from "node:assert/strict";
import { join } from "node:path";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand, type CommandResult } from "./command_call.ts";

const GOOD = `import { plugin } from "featurizer";

export default plugin("weather")\`
  /// One reading of a station.
  source readings {
    station  string     key
    ts       timestamp  time
    celsius  f64
  } lateness 1m

  /// Warmth of the window.
  feature warmth(window = 1h) on readings {
    mean = avg(celsius)
  } over window

  feature swing on warmth {
    swing = max(mean) - min(mean)
  } over 6h
\`;
`;

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

async function withPlugin(
  text: string,
  act: (path: string, call: (...args: string[]) => Promise<CommandResult>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const launcher = createDirectLauncher();
  try {
    const path = join(folder, "weather.ts");
    await Deno.writeTextFile(path, text);
    await act(path, (...args) => callCommand(args, launcher));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("check counts what a plugin without mistakes declares", () =>
  withPlugin(GOOD, async (path, call) => {
    const { code, out } = await call("check", path);
    assert.equal(code, 0);
    assert.equal(out, "ok: 1 plugin, 1 source, 2 features\n");
    assert.deepEqual(JSON.parse((await call("check", path, "--json")).out), {
      ok: true,
      diagnostics: [],
      errors: [],
    });
  }));

Deno.test("check reports all mistakes with place and frame, and fails", () =>
  withPlugin(
    GOOD.replace("avg(celsius)", "avg(celsuis)").replace("min(mean)", "min(maen)"),
    async (path, call) => {
      const { code, out } = await call("check", path);
      assert.equal(code, 1);
      assert.match(out, /weather\.ts:13:16: error E\d+: Cannot find .*"celsuis"/);
      assert.match(out, /did you mean "celsius"\?/);
      assert.match(out, /weather\.ts:17:29: error E\d+/);
      assert.match(out, /\n\d mistakes\n$/);
      const { ok, diagnostics } = JSON.parse((await call("check", path, "--json")).out);
      assert.equal(ok, false);
      const lines = diagnostics.map(({ place }: { place: { line: number } }) => place.line);
      assert.ok(lines.includes(13) && lines.includes(17));
    },
  ));

Deno.test("fmt rewrites a plugin once and then leaves it alone", () =>
  withPlugin(GOOD.replace("    celsius  f64", " celsius f64"), async (path, call) => {
    const unformatted = await call("fmt", "--check", path);
    assert.equal(unformatted.code, 1);
    assert.match(unformatted.out, /^not formatted /);
    assert.equal((await call("fmt", path)).code, 0);
    assert.equal(await Deno.readTextFile(path), GOOD);
    const again = await call("fmt", "--check", path);
    assert.equal(again.code, 0);
    assert.equal(again.out, "1 file checked\n");
  }));

Deno.test("fmt leaves a plugin with mistakes as it is", () =>
  withPlugin(GOOD.replace("source readings {", "source readings ["), async (path, call) => {
    const before = await Deno.readTextFile(path);
    const { code, err } = await call("fmt", path);
    assert.equal(code, 1);
    assert.match(err, /error PLUGIN_INVALID: Cannot format/);
    assert.equal(await Deno.readTextFile(path), before);
  }));

Deno.test("features lists what a plugin declares", () =>
  withPlugin(GOOD, async (path, call) => {
    const { out } = await call("features", path);
    assert.match(out, /^weather\.readings +source +station +celsius +One reading of/m);
    assert.match(out, /^weather\.warmth\(window = 1h\) +sliding +station +mean +Warmth/m);
    const { plugins } = JSON.parse((await call("features", path, "--json")).out);
    assert.deepEqual(
      plugins[0].features.map(({ name }: { name: string }) => name),
      ["warmth", "swing"],
    );
  }));

Deno.test("explain shows one feature with all below it, or says which there are", () =>
  withPlugin(GOOD, async (path, call) => {
    const { code, out } = await call("explain", path, "swing");
    assert.equal(code, 0);
    for (
      const part of ["feature weather.swing", "feature weather.warmth", "source weather.readings"]
    ) {
      assert.ok(out.includes(part), part);
    }
    const wrong = await call("explain", path, "weather.swin");
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /did you mean "weather\.swing"\?/);
  }));

Deno.test("explain --code shows the plan and the code that runs", () =>
  withPlugin(GOOD, async (path, call) => {
    const { sites } = JSON.parse((await call("explain", path, "warmth", "--code", "--json")).out);
    assert.deepEqual(
      sites.flatMap(({ kernels }: { kernels: { feature: string }[] }) =>
        kernels.map(({ feature }) => feature)
      ),
      ["weather.warmth"],
    );
    const { out } = await call("explain", path, "warmth", "--code");
    assert.match(out, /^site 0: /m);
    assert.match(out, /^ {4}"use strict";$/m);
  }));

Deno.test("describe of a feature tells schema, docs and lineage", () =>
  withPlugin(GOOD, async (path, call) => {
    const { out } = await call("describe", path, "warmth", "--json");
    const { id: _id, ...summary } = JSON.parse(out);
    assert.deepEqual(summary, {
      name: "weather.warmth",
      definition: "weather.warmth",
      form: "sliding",
      params: { window: "1h" },
      doc: "Warmth of the window.",
      reach: "2h",
      keys: [{ name: "station", type: "string" }],
      time: "ts",
      outputs: [{ name: "mean", type: "f64" }],
      lineage: {
        name: "weather.warmth",
        kind: "feature",
        reads: [{ name: "weather.readings", kind: "source", reads: [] }],
      },
    });
    assert.match((await call("describe", path, "swing")).out, /lineage\n +weather\.swing\n/);
  }));

const ASKED = GOOD.replace(
  "  feature swing",
  `  /// What whoever asks knows.
  request room { station string key, celsius f64 }

  feature comfort on room join warmth { above = celsius - warmth.mean }

  feature swing`,
);

Deno.test("requests are listed, explained, described and typed", () =>
  withPlugin(ASKED, async (path, call) => {
    assert.equal((await call("check", path)).code, 0);
    const listed = (await call("features", path)).out;
    assert.match(listed, /weather\.room +request +station +station string, celsius f64/);
    assert.match(listed, /weather\.comfort +request +station +above/);
    const explained = (await call("explain", path, "comfort")).out;
    assert.match(explained, /^ {2}time +that of the question$/m);
    assert.match(explained, /^ {2}state +none$/m);
    assert.match(explained, /^request weather\.room\n {2}doc +What whoever asks knows\.$/m);
    assert.match(
      (await call("describe", path, "comfort")).out,
      /weather\.comfort\n +weather\.room \(request\)\n +weather\.warmth\n/,
    );
    const typed = (await call("types", path)).out;
    assert.match(
      typed,
      /interface Room {\n {2}readonly station: string;\n {2}readonly celsius: number \| null;/,
    );
    assert.match(
      typed,
      /interface Comfort {\n {2}readonly station: string;\n {2}readonly above: number \| null;/,
    );
    const code = await call("explain", path, "comfort", "--code");
    assert.equal(code.code, 0, code.err);
  }));
