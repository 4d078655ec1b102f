/** Order books pushed to a server are those that run makes of the same rows, to the bit. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Random } from "../../support/random.ts";
import { featurizer } from "../cli_process.ts";
import { type JsonRow, SeriesFollower } from "./series_follower.ts";
import { linesOf, pushRows } from "./server_calls.ts";
import { ServerProcess } from "./server_process.ts";

const SOURCES = ["market.book_updates", "market.book_messages"] as const;
const FEATURES = ["l2_of_updates", "l2_snapshot", "top_of_book", "book_imbalance"];
const SECONDS = 60;
const PUSHES = 4;

Deno.test("books of pushed updates and messages equal those of run over the same rows", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const random = new Random(11);
    const rows = { [SOURCES[0]]: updatesOf(random), [SOURCES[1]]: messagesOf(random) };
    const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
    await write("live.yaml", configOf(() => "kind: http"));
    await write("set.yaml", configOf((source) => `path: ${source}.ndjson`));
    for (const source of SOURCES) await write(`${source}.ndjson`, `${linesOf(rows[source]!)}\n`);
    const expected = await runSet(folder);
    assert.equal(expected.length, 2 * (SECONDS - 20));
    const imbalances = expected.map((row) => row["book_imbalance.value"]);
    assert.ok(new Set(imbalances).size > 20, `${new Set(imbalances).size} imbalances`);
    assert.deepEqual(await pushedSet(folder, rows, expected.length), expected);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function configOf(keysOf: (source: string) => string): string {
  return `plugins: [market]
start_date: 2024-05-01 09:00:10
end_date: 2024-05-01 09:00:50
spine: { every: 1s, keys: market.book_messages }
data_sources:
${SOURCES.map((source) => `  - { source: ${source}, ${keysOf(source)} }`).join("\n")}
feature_configs:
${FEATURES.map((name) => `  - { feature_definition: market.${name}, name: ${name} }`).join("\n")}
`;
}

/** Five levels a second and symbol, behind a snapshot; one in four takes its level away. */
function updatesOf(random: Random): JsonRow[] {
  return eachSecond((second, symbol) =>
    Array.from({ length: 5 }, (_, place) => ({
      symbol,
      ts: timeOf(second, place * 100),
      is_snapshot: second === 0,
      ...levelOf(random, "amount"),
    }))
  );
}

/** A message a second and symbol; one in ten is lost, and every fifteenth is a snapshot. */
function messagesOf(random: Random): JsonRow[] {
  return eachSecond((second, symbol) => {
    const isSnapshot = second % 15 === 0;
    if (!isSnapshot && random.chance(0.1)) return [];
    const levels = Array.from({ length: isSnapshot ? 12 : 3 }, () => levelOf(random, "size"));
    const sideOf = (wanted: string) =>
      levels.filter(({ side }) => side === wanted).map(({ price, size }) => ({ price, size }));
    return [{
      symbol,
      ts: timeOf(second, 0),
      is_snapshot: isSnapshot,
      sequence: second + 1,
      previous: second,
      bids: sideOf("bid"),
      asks: sideOf("ask"),
    }];
  });
}

function levelOf(random: Random, size: string): Record<string, string | number> {
  const isBid = random.chance(0.5);
  return {
    side: isBid ? "bid" : "ask",
    price: (isBid ? random.between(900, 1000) : random.between(1001, 1100)) / 10,
    [size]: random.chance(0.25) ? 0 : random.between(1, 999) / 7,
  };
}

function eachSecond(make: (second: number, symbol: string) => JsonRow[]): JsonRow[] {
  return Array.from({ length: SECONDS }, (_, second) => second)
    .flatMap((second) => ["A", "B"].flatMap((symbol) => make(second, symbol)));
}

function timeOf(second: number, ms: number): string {
  return new Date(Date.UTC(2024, 4, 1, 9) + second * 1000 + ms).toISOString();
}

async function runSet(folder: string): Promise<readonly JsonRow[]> {
  const run = await featurizer(folder, "run", "set.yaml", "--out", "set.arrow");
  assert.equal(run.code, 0, run.err);
  const { code, out, err } = await featurizer(folder, "get-data", "set.arrow", "--json");
  assert.equal(code, 0, err);
  return JSON.parse(out).rows;
}

async function pushedSet(
  folder: string,
  rows: Readonly<Record<string, readonly JsonRow[]>>,
  length: number,
): Promise<readonly JsonRow[]> {
  const server = await ServerProcess.start(folder);
  const follower = new SeriesFollower("set");
  await follower.connect(server.url);
  for (let push = 0; push < PUSHES; push++) {
    for (const source of SOURCES) {
      const own = rows[source]!;
      const [from, to] = [push, push + 1].map((part) => Math.floor(own.length * part / PUSHES));
      await pushRows(server.url, source, own.slice(from, to));
    }
  }
  await follower.until(() => follower.rows.length >= length);
  assert.equal(await server.stop(), 0);
  await follower.close();
  return follower.rows;
}
