import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inProject, PROJECT, type ProjectFiles } from "./project_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

interface Mistake {
  readonly name: string;
  readonly files: Partial<ProjectFiles>;
  /** What the error must say, all of it. */
  readonly says: readonly RegExp[];
}

const { plugin, events, config } = PROJECT;

const WITH_ATTRIBUTES = plugin.replace(
  "amount    f64\n  }",
  "amount    f64\n  } attributes region",
);

const MISTAKES: readonly Mistake[] = [
  {
    name: "a missing file names the nearest one",
    files: { config: config.replace("orders.csv", "order.csv") },
    says: [/order\.csv/, /orders\.csv/],
  },
  {
    name: "a wrong column names file, column and the nearest one",
    files: { events: events.replace("amount", "amuont") },
    says: [/"amount"/, /orders\.csv/, /"amuont"/],
  },
  {
    name: "a late row under late: fail tells its number",
    files: {
      config: config.replace("path: orders.csv", "path: orders.csv\n    late: fail"),
      events: `${events}ann,2024-05-01 09:30:00,1\n`,
    },
    says: [/row 5\b/, /orders\.csv/],
  },
  {
    name: "a malformed row under late: fail tells its number and why",
    files: {
      config: config.replace("path: orders.csv", "path: orders.csv\n    late: fail"),
      events: events.replace("35", "many"),
    },
    says: [/row 3\b/, /many/],
  },
  {
    name: "broken YAML tells line and column",
    files: { config: config.replace("sampling: 30m", "sampling: [30m") },
    says: [/set\.yaml:\d+:\d+/],
  },
  {
    name: "an unknown key of the config names the nearest one",
    files: { config: config.replace("sampling: 30m", "samplign: 30m") },
    says: [/set\.yaml:4:1/, /samplign/, /sampling/],
  },
  {
    name: "a mistake in the plugin shows its place and the nearest name",
    files: { plugin: plugin.replace("sum(amount)", "sum(amuont)") },
    says: [/shop\.ts:15:17/, /"amuont"/, /did you mean "amount"\?/],
  },
  {
    name: "an entry without an attribute that its source asks for",
    files: { plugin: WITH_ATTRIBUTES },
    says: [/set\.yaml:6/, /"shop\.orders"/, /"region"/],
  },
  {
    name: "an attribute that its source does not know names the nearest one",
    files: {
      plugin: WITH_ATTRIBUTES,
      config: config.replace(
        "path: orders.csv",
        "path: orders.csv\n    attributes: {regoin: north, region: north}",
      ),
    },
    says: [/set\.yaml:\d+/, /"regoin"/, /"region"/],
  },
  {
    name: "a feature that is not there names the nearest one",
    files: { config: config.replace("shop.spending", "shop.spendign") },
    says: [/shop\.spendign/, /spending/],
  },
  {
    name: "a function that throws names the feature and the time of the row",
    files: { plugin: plugin.replace("return amount / 2", 'throw new RangeError("too dear")') },
    says: [/"shop\.halves"/, /too dear/, /2024-05-01T09:00:00/],
  },
  {
    name: "a plugin that throws when it is loaded is named with its place",
    files: { plugin: plugin.replace("export function", 'JSON.parse("{");\nexport function') },
    says: [/shop\.ts/, /JSON/],
  },
];

for (const { name, files, says } of MISTAKES) {
  Deno.test(`run: ${name}, and leaves no result behind`, () =>
    inProject(files, async (project) => {
      const { code, err } = await project.run();
      for (const pattern of says) assert.match(err, pattern);
      assert.match(err, /^error [A-Z][A-Z_]+: Cannot /m);
      assert.match(err, /^hint: /m);
      assert.equal(code, 1, err);
      assert.deepEqual(project.results(), []);
    }));
}

Deno.test("run: late and malformed rows are counted and told, and the set is built without them", () =>
  inProject({ events: `${events}ann,2024-05-01 09:30:00,1\nann,soon,2\n` }, async (project) => {
    const { code, out } = await project.run();
    assert.equal(code, 0);
    assert.match(out, /shop\.orders: 1 late row, the first is row 5 of .*orders\.csv/);
    assert.match(out, /`lateness 30m` would admit all/);
    assert.match(out, /shop\.orders: 1 malformed row, the first is row 6 of .*orders\.csv/);
    assert.deepEqual(project.results(), ["set.csv"]);
  }));

Deno.test("run: a plugin that never returns is stopped and named", () =>
  inProject(
    { plugin: plugin.replace("return amount / 2", "while (true) amount++") },
    async (project) => {
      const { code, err } = await project.run();
      assert.equal(code, 1, err);
      assert.match(err, /error PLUGIN_STUCK: /);
      assert.match(err, /shop/);
      assert.deepEqual(project.results(), []);
    },
  ));

Deno.test("run: a plugin that fills its heap is stopped and named", () =>
  inProject(
    {
      plugin: plugin.replace(
        "return amount / 2",
        "const hoard: number[][] = [];\n  while (true) hoard.push(new Array(10_000).fill(amount))",
      ),
    },
    async (project) => {
      const { code, err } = await project.run();
      assert.equal(code, 1, err);
      assert.match(err, /error PLUGIN_[A-Z_]+: Cannot /);
      assert.match(err, /shop/);
      assert.match(err, /^hint: /m);
      assert.deepEqual(project.results(), []);
    },
  ));
