import assert from "node:assert/strict";
import { join } from "node:path";
import { FeaturizerError } from "../../../../runtime/errors.ts";
import { createConnector } from "../../../../runtime/live/sources/create_connector.ts";
import type { TailSource } from "../../../../runtime/set/mod.ts";
import { RecordedIntake, tradesSource } from "./recorded_intake.ts";

const patience = {
  random: () => 0,
  wait: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
};

class Scene implements AsyncDisposable {
  readonly folder: string;
  readonly intake = new RecordedIntake(tradesSource());
  readonly config: TailSource;

  constructor(folder: string, more: Partial<TailSource>) {
    this.folder = folder;
    this.config = {
      kind: "tail",
      source: "feed.trades",
      attributes: {},
      columns: {},
      path: join(folder, "app.log"),
      format: "ndjson",
      from: "start",
      ...more,
    };
  }

  static async open(more: Partial<TailSource> = {}): Promise<Scene> {
    return new Scene(await Deno.makeTempDir(), more);
  }

  async append(text: string, name = "app.log"): Promise<void> {
    await Deno.writeTextFile(join(this.folder, name), text, { append: true });
  }

  rename(from: string, to: string): Promise<void> {
    return Deno.rename(join(this.folder, from), join(this.folder, to));
  }

  /** Follows while the steps go on: each is done when all rows before it are there. */
  async follow(steps: readonly (readonly [rows: number, step?: () => Promise<void>])[]) {
    const connector = createConnector(this.config, this.intake, { entry: 1, patience });
    assert.ok(connector);
    const controller = new AbortController();
    const run = connector.run(this.intake.context(controller.signal));
    for (const [rows, step] of steps) {
      await Promise.race([run, this.intake.until(() => this.intake.rowCount >= rows)]);
      await step?.();
    }
    controller.abort();
    await run;
  }

  get prices() {
    return this.intake.rows.map(([, , price]) => price);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

function line(price: number): string {
  return `{"symbol":"a","ts":${price},"price":${price}}\n`;
}

Deno.test("a tail follows appended lines, and half a line waits for its end", async () => {
  await using scene = await Scene.open();
  await scene.append(line(1) + line(2).slice(0, 9));
  await scene.follow([
    [1, () => scene.append(line(2).slice(9) + line(3))],
    [3, () => scene.append("no json\n\n" + line(4))],
    [5],
  ]);
  assert.deepEqual(scene.prices, [1, 2, 3, 4]);
  assert.deepEqual(scene.intake.reasons, ["Cannot read the line: it is no JSON"]);
});

Deno.test("a tail waits for a file that is not there yet", async () => {
  await using scene = await Scene.open();
  await scene.follow([[0, () => scene.append(line(1))], [1]]);
  assert.deepEqual(scene.prices, [1]);
});

Deno.test("a tail reads a renamed file to its end and the new one from its start", async () => {
  await using scene = await Scene.open();
  await scene.append(line(1));
  await scene.follow([
    [1, async () => {
      await scene.append(line(2));
      await scene.rename("app.log", "app.log.1");
      await scene.append(line(3), "app.log.1");
      await scene.append(line(4));
    }],
    [4, () => scene.append(line(5), "app.log.1")],
    [5],
  ]);
  assert.deepEqual(scene.prices.toSorted(), [1, 2, 3, 4, 5]);
  assert.deepEqual(scene.prices.filter((price) => price !== 4), [1, 2, 3, 5]);
});

Deno.test("a tail reads what was appended and rotated while it was down, once", async () => {
  await using scene = await Scene.open();
  await scene.append(line(1));
  await scene.follow([[1]]);
  await scene.append(line(2));
  await scene.rename("app.log", "app.log.1");
  await scene.append(line(3));
  await scene.follow([[3, () => scene.append(line(4))], [4]]);
  assert.deepEqual(scene.prices, [1, 2, 3, 4]);
});

Deno.test("a tail knows a glob's rotated files by their number, not their name", async () => {
  await using scene = await Scene.open();
  const glob = await Scene.open({ path: join(scene.folder, "app.log*") });
  await scene.append(line(1), "app.log");
  const all = new Scene(scene.folder, glob.config);
  await glob[Symbol.asyncDispose]();
  await all.follow([
    [1, async () => {
      await scene.rename("app.log", "app.log.1");
      await scene.append(line(2));
    }],
    [2],
  ]);
  assert.deepEqual(all.prices, [1, 2]);
});

Deno.test("a truncated or replaced file is read from its start", async () => {
  await using scene = await Scene.open();
  const path = join(scene.folder, "app.log");
  await scene.append(line(1) + line(2));
  await scene.follow([
    [2, () => Deno.writeTextFile(path, line(3))],
    [3, () => Deno.writeTextFile(path, line(4) + line(5) + line(6))],
    [6],
  ]);
  assert.deepEqual(scene.prices, [1, 2, 3, 4, 5, 6]);
});

Deno.test("a tail from the end leaves out what was there at the first start", async () => {
  await using scene = await Scene.open({ from: "end" });
  await scene.append(line(1));
  const connector = createConnector(scene.config, scene.intake, {
    entry: 1,
    patience: {
      ...patience,
      wait: async () => {
        await patience.wait();
        if (scene.intake.rowCount === 0) await scene.append(line(2));
      },
    },
  });
  assert.ok(connector);
  await scene.intake.run(connector, ({ rowCount }) => rowCount > 0);
  assert.ok(!scene.prices.includes(1));
  await scene.append(line(9));
  const before = scene.intake.rowCount;
  await scene.follow([[before + 1]]);
  assert.equal(scene.prices.at(-1), 9);
  assert.ok(!scene.prices.includes(1));
});

Deno.test("a tail of CSV keeps the header over restarts, and quoted line ends in their rows", async () => {
  await using scene = await Scene.open({
    format: "csv",
    columns: { price: { from: "p" } },
    attributes: { symbol: "BTC" },
  });
  await scene.append("ts,p\n1,1\n2,2\n");
  await scene.follow([[2]]);
  await scene.append("3,3\n4,");
  await scene.follow([[3, () => scene.append("4\n")], [4]]);
  assert.deepEqual(scene.intake.rows, [1, 2, 3, 4].map((price) => ["BTC", price, price]));
  await using quoted = await Scene.open({ format: "csv" });
  await quoted.append('symbol,ts,price\n"a\nb",1,1\n"c\n');
  await quoted.follow([[1, () => quoted.append('d",2,2\n')], [2]]);
  assert.deepEqual(quoted.intake.rows, [["a\nb", 1, 1], ["c\nd", 2, 2]]);
});

Deno.test("a tail goes back to what is on disk when a push fails for a while", async () => {
  await using scene = await Scene.open();
  await scene.append(line(1));
  scene.intake.failure = new FeaturizerError('Cannot write "x.log": the disk is full', {
    code: "STORE_FULL",
    domain: "external",
    retry: "backoff",
  });
  await scene.follow([[1, () => scene.append(line(2))], [2]]);
  assert.deepEqual(scene.prices, [1, 2]);
  assert.deepEqual(scene.intake.states, [
    "connecting",
    "running",
    'backoff: Cannot write "x.log": the disk is full',
    "connecting",
    "running",
    "ended",
  ]);
});

Deno.test("a tail of a CSV file without a column says so", async () => {
  await using scene = await Scene.open({ format: "csv" });
  await scene.append("symbol,ts\na,1\n");
  await assert.rejects(scene.follow([[1]]), { code: "MISSING_COLUMN" });
  assert.match(scene.intake.states.at(-1) ?? "", /^ended: Cannot read/);
});

Deno.test("only files that grow by lines are followed", () => {
  const intake = new RecordedIntake(tradesSource());
  const config = new Scene("/x", { path: "/x/a.parquet" }).config;
  const { format: _, ...unnamed } = config;
  assert.throws(() => createConnector(unnamed, intake, { entry: 1 }), { code: "TAIL_FORMAT" });
});
