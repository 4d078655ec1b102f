/** Computed columns of pushed rows: by generated code, by a plugin's function, and again from the log. */
import assert from "node:assert/strict";
import { compilePlugins } from "../../../../dsl/compile.ts";
import { planWholeSources, type Source } from "../../../../dsl/mod.ts";
import { asFlat, SymbolTable } from "../../../../runtime/arrow/mod.ts";
import { createSite } from "../../../../runtime/engine/mod.ts";
import { openIntake } from "../../../../runtime/live/intake/open_intake.ts";
import type { PublishedRows } from "../../../../runtime/live/pipeline/source_tail.ts";
import type { RowError } from "../../../../runtime/set/mod.ts";
import { openSitesInline } from "../../../../runtime/worker/mod.ts";
import { holeValuesOf, pluginTextOf } from "../../../support/test_plugin.ts";
import { HandClock } from "../sources/hand_clock.ts";
import { START_US } from "./intake_case.ts";
import { MemoryLog } from "./memory_log.ts";

Deno.test("generated code computes a column that no feature asked for", async () => {
  assert.deepEqual(await computedOf("twice f64 = price * 2\n  thrice f64 = twice + price"), {
    live: [[2, 4], [3, 6]],
    replayed: [[2, 4], [3, 6]],
    sites: 0,
  });
});

Deno.test("a plugin's function computes a column at the plugin's site", async () => {
  assert.deepEqual(await computedOf("part f64 = ${half}(price) as f64\n  whole f64 = part * 2"), {
    live: [[0.5, 1], [1, 2]],
    replayed: [[0.5, 1], [1, 2]],
    sites: 1,
  });
});

Deno.test("a function that throws makes a row error; its column is null, and all rows count", async () => {
  const plugin = pluginOf("part f64 = ${explode}(price) as f64\n  whole f64 = price");
  const log = new MemoryLog();
  await using opened = await open(plugin, log);
  assert.equal((await opened.push([1])).admitted, 1);
  assert.equal((await opened.push([2])).admitted, 1);
  const columns = opened.published.map((published) => columnsOf([published]));
  assert.deepEqual(columns, [[[NaN], [1]], [[NaN], [2]]]);
  const errors = opened.errors.map(({ feature, sequence, message }) => [
    feature,
    sequence,
    /no value for (\d)/.exec(message)?.[1],
  ]);
  assert.deepEqual(errors, [["feed.trades", 1, "1"], ["feed.trades", 2, "2"]]);
});

Deno.test("a number beyond its type's makes a row error; its column is null, and all rows count", async () => {
  const plugin = pluginOf(
    "large i64 = (price as i64) * 9007199254740991\n  twice f64 = price * 2",
  );
  await using opened = await open(plugin, new MemoryLog());
  assert.equal((await opened.push([1, 2, 0, 3])).admitted, 4);
  assert.deepEqual(columnsOf(opened.published), [
    [Number.MAX_SAFE_INTEGER, NaN, 0, NaN],
    [2, 4, 0, 6],
  ]);
  const errors = opened.errors.map(({ feature, sequence, message }) => [
    feature,
    sequence,
    /beyond|overflow|large/i.test(message),
  ]);
  assert.deepEqual(errors, [["feed.trades", 2, true], ["feed.trades", 4, true]]);
});

type Plugin = ReturnType<typeof pluginOf>;

function pluginOf(columns: string) {
  const body = `
source trades {
  symbol string key
  ts timestamp time
  price f64
  ${columns}
}
`;
  const plugin = { name: "feed", body };
  const { plugins, diagnostics } = compilePlugins([pluginTextOf(plugin)], { hash: (text) => text });
  assert.deepEqual(diagnostics, []);
  return { source: plugins[0]!.sources[0]! satisfies Source, holes: holeValuesOf(plugin) };
}

async function computedOf(columns: string) {
  const plugin = pluginOf(columns);
  await using opened = await open(plugin, new MemoryLog());
  await opened.push([1, 2]);
  const replayed = await Array.fromAsync(opened.intake.replay("feed.trades", 0));
  return {
    live: columnsOf(opened.published),
    replayed: columnsOf(replayed),
    sites: planWholeSources([plugin.source]).sites.length,
  };
}

/** The two computed columns. */
function columnsOf(published: readonly PublishedRows[]): number[][] {
  const { columns } = published[0]!.rows;
  return columns.slice(3).map((column) => [...asFlat(column)]);
}

async function open({ source, holes }: Plugin, log: MemoryLog) {
  const symbols = new SymbolTable();
  const published: PublishedRows[] = [];
  const errors: RowError[] = [];
  const intake = await openIntake({
    sources: [source],
    symbols,
    log,
    clock: new HandClock(START_US),
    openSites: (sites, listener) =>
      openSitesInline(sites, { ...listener, partitions: 1, createSite, holesOf: () => holes }),
    listener: {
      onAdmitted: (rows) => published.push(rows),
      onWatermark: () => {},
      onRowErrors: (_, more) => errors.push(...more),
    },
  });
  const push = (prices: readonly number[]) =>
    intake.push("feed.trades", {
      batch: {
        length: prices.length,
        columns: [
          Int32Array.from(prices, () => symbols.intern("a")),
          Float64Array.from(prices, () => START_US),
          Float64Array.from(prices),
        ],
      },
      rejected: [],
    });
  return {
    intake,
    published,
    errors,
    push,
    [Symbol.asyncDispose]: () => intake[Symbol.asyncDispose](),
  };
}
