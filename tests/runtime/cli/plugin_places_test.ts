/** Places in plugins of several modules and their formatting: what is named is the user's own file. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand, type CommandResult } from "./command_call.ts";

const LIBRARY = `// Shared by the plugins.
export interface Limits {
  readonly low: number;
}
export const limits: Limits = { low: 5 };
export const score = (x: number): number => x * 2;
`;

const OTHER = `import { plugin } from "featurizer";
import { limits } from "./library.ts";

/** Prices. */
export default plugin("prices")\`
  source ticks { symbol string key, ts timestamp time, price f64 }
  feature high on ticks where price > \${limits.low} {
    price = pirce
  }
\`;
`;

const MAIN = `import { plugin } from "featurizer";
import { score } from "./library.ts";
import prices from "./other.ts";

const unused: string = "moved by the bundler";

export default plugin("market")\`
  feature scored on \${
    prices.high
  } {
    a = \${score}(price) as f64
    b = \${score}(prise) as f64
  }
  feature later on scored { c = a + nothing }
\`;
`;

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

type Call = (...args: string[]) => Promise<CommandResult>;

async function withFiles(
  files: Readonly<Record<string, string>>,
  act: (folder: string, call: Call) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const launcher = createDirectLauncher();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    await act(folder, (...args) => callCommand(args, launcher));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("check points into each module of a bundled plugin by its own lines", () =>
  withFiles({ "library.ts": LIBRARY, "other.ts": OTHER, "main.ts": MAIN }, async (folder, call) => {
    const { code, out } = await call("check", join(folder, "main.ts"), "--json");
    assert.equal(code, 1);
    const { diagnostics } = JSON.parse(out) as {
      diagnostics: {
        code: string;
        place: { file: string; line: number; column: number; frame: string };
      }[];
    };
    const found = diagnostics.map(({ place: { file, line, column, frame } }) => ({
      place: `${file.split("/").at(-1)}:${line}:${column}`,
      frame,
    }));
    for (
      const [place, text, marker] of [
        ["main.ts:12:18", "b = ${score}(prise) as f64", "^^^^^"],
        ["main.ts:14:37", "c = a + nothing", "^^^^^^^"],
        ["other.ts:8:13", "price = pirce", "^^^^^"],
      ] as const
    ) {
      const { frame } = found.find((each) => each.place === place) ?? assert.fail(place);
      assert.ok(frame.includes(text) && frame.includes(marker), frame);
    }
  }));

Deno.test("check points at the line of an imported module that throws", () =>
  withFiles({
    "library.ts": `${LIBRARY}\nexport const broken: string = JSON.parse("{");\n`,
    "other.ts": OTHER,
    "main.ts": MAIN.replace("import { score }", "import { broken, score }").replace(
      `"moved by the bundler"`,
      "broken",
    ),
  }, async (folder, call) => {
    const { code, err } = await call("check", join(folder, "main.ts"));
    assert.equal(code, 1);
    assert.match(err, /library\.ts:8:/);
  }));

const MESSY = `import { plugin } from "featurizer";
const   n=5 // é 🦕 \`untouched\`
export default plugin("two")\`
source s {k string key,t timestamp time
x f64}
feature f on s { a = \${ [ n ,
   1 ].length }*x, b=x // note
}\`; // tail
`;

const CLEAN = `import { plugin } from "featurizer";
const   n=5 // é 🦕 \`untouched\`
export default plugin("two")\`
  source s {
    k  string     key
    t  timestamp  time
    x  f64
  }

  feature f on s {
    a = \${ [ n ,
   1 ].length } * x
    b = x // note
  }
\`; // tail
`;

for (
  const [name, change] of [
    ["plain text", (text: string) => text],
    ["CR LF", (text: string) => text.replaceAll("\n", "\r\n")],
    ["a byte order mark", (text: string) => `\uFEFF${text}`],
    ["no last line break", (text: string) => text.trimEnd()],
  ] as const
) {
  Deno.test(`fmt changes the template alone, byte for byte: ${name}`, () =>
    withFiles({ "two.ts": change(MESSY) }, async (folder, call) => {
      const path = join(folder, "two.ts");
      assert.equal((await call("fmt", "--check", path)).code, 1);
      assert.equal(await Deno.readTextFile(path), change(MESSY));
      assert.equal((await call("fmt", path)).code, 0);
      assert.equal(await Deno.readTextFile(path), change(CLEAN));
      assert.equal((await call("fmt", "--check", path)).code, 0);
      assert.equal((await call("fmt", path)).out, "1 file checked\n");
    }));
}

Deno.test("fmt formats the other files when one has mistakes", () =>
  withFiles({
    "wrong.ts": MESSY.replace("source s {", "source s ["),
    "two.ts": MESSY,
  }, async (folder, call) => {
    const [wrong, two] = [join(folder, "wrong.ts"), join(folder, "two.ts")];
    const { code, out, err } = await call("fmt", wrong, two);
    assert.equal(code, 1);
    assert.equal(out, `formatted ${two}\n2 files checked\n`);
    assert.match(err, /Cannot format ".*wrong\.ts"/);
    assert.equal(await Deno.readTextFile(two), CLEAN);
  }));

Deno.test("types writes a module that names every column", () =>
  withFiles({
    "rows.ts": `import { plugin } from "featurizer";
export default plugin("shop")\`
  source orders { user string key, ts timestamp time, kind "new" | "old" }
  input x { value f64 }
  feature count on orders { n = count() over 1h }
  feature change on x { value = value - prev(value) }
\`;
`,
  }, async (folder, call) => {
    const path = join(folder, "rows.ts");
    const { code, out } = await call("types", path);
    assert.equal(code, 0);
    assert.match(
      out,
      /interface Orders \{\n {2}readonly user: string;\n[^}]*"new" \| "old" \| null;\n\}/,
    );
    assert.match(
      out,
      /interface Count \{[^}]*readonly ts: number;\n {2}readonly n: number \| null;\n\}/,
    );
    assert.match(out, /interface Change \{\n {2}readonly value: number \| null;\n\}/);
    const written = join(folder, "types.ts");
    assert.equal((await call("types", path, "-o", written)).out, `wrote ${written}\n`);
    assert.equal(await Deno.readTextFile(written), out);
  }));
