import assert from "node:assert/strict";
import { createConnector } from "../../../../runtime/live/sources/create_connector.ts";
import { poisson, uniform, walk } from "../../../../runtime/set/seeded_values.ts";
import type { ReplaySource, SyntheticSource } from "../../../../runtime/set/mod.ts";
import { HandClock } from "./hand_clock.ts";
import { RecordedIntake, tradesSource } from "./recorded_intake.ts";

const SECOND = 1_000_000;

function configOf(more: Partial<SyntheticSource> = {}): SyntheticSource {
  return {
    kind: "synthetic",
    source: "feed.trades",
    attributes: {},
    generator: "sine",
    ratePerSecond: 100,
    seed: 7,
    keys: 2,
    mean: 10,
    amplitude: 2,
    periodUs: SECOND,
    step: 1,
    ...more,
  };
}

async function rowsOf(config: SyntheticSource, stops: readonly number[]) {
  const clock = new HandClock(5 * SECOND);
  const intake = new RecordedIntake(tradesSource(), clock);
  for (const stop of stops) {
    const connector = createConnector(config, intake, { entry: 1, patience: clock.patience });
    assert.ok(connector);
    await intake.run(connector, ({ rowCount }) => rowCount >= stop);
  }
  return intake.rows.slice(0, stops.at(-1));
}

Deno.test("a synthetic source is paced by the clock and its keys take turns", async () => {
  const rows = await rowsOf(configOf(), [50]);
  assert.deepEqual(
    rows.map(([, time]) => time),
    Array.from({ length: 50 }, (_, row) => 5 * SECOND + row * 10_000),
  );
  assert.deepEqual(rows.slice(0, 4).map(([key]) => key), ["k0", "k1", "k0", "k1"]);
  const values = rows.map(([, , price]) => price as number);
  assert.ok(values.every((value) => value >= 8 && value <= 12));
  assert.ok(Math.max(...values) - Math.min(...values) > 2);
});

Deno.test("a synthetic source makes the same values again, also over restarts", async () => {
  for (const generator of ["sine", "random_walk", "poisson"] as const) {
    const values = async (stops: readonly number[]) =>
      (await rowsOf(configOf({ generator }), stops)).map(([key, , price]) => [key, price]);
    const whole = await values([200]);
    assert.deepEqual(await values([3, 90, 200]), whole, generator);
    assert.notDeepEqual(
      (await rowsOf(configOf({ generator, seed: 8 }), [200])).map(([key, , price]) => [key, price]),
      whole,
      generator,
    );
  }
});

Deno.test("between two times a synthetic source is the rows of a server that started at the first", async () => {
  for (const generator of ["sine", "random_walk", "poisson"] as const) {
    const config = configOf({ generator, ratePerSecond: 300, keys: 3 });
    const live = await rowsOf(config, [3000]);
    const untilUs = live[2000]![1] as number;
    const past = live.filter(([, time]) => (time as number) < untilUs);
    const history: ReplaySource = {
      kind: "replay",
      source: config.source,
      attributes: {},
      columns: {},
      path: [],
      late: "drop",
      speed: Infinity,
      loop: false,
      shift: false,
      synthetic: { config, fromUs: 5 * SECOND, untilUs },
    };
    const clock = new HandClock(5 * SECOND);
    const intake = new RecordedIntake(tradesSource(), clock);
    const connector = createConnector(history, intake, { entry: 1, patience: clock.patience });
    assert.ok(connector);
    await connector.run(intake.context(new AbortController().signal));
    assert.deepEqual(intake.rows, past, generator);
  }
});

Deno.test("rows of a poisson source come by chance, at its rate", async () => {
  const rows = await rowsOf(configOf({ generator: "poisson", ratePerSecond: 1000 }), [2000]);
  const times = rows.map(([, time]) => time as number);
  const gaps = times.slice(1).map((time, row) => time - times[row]!);
  assert.ok(gaps.every((gap) => gap >= 0));
  assert.ok(new Set(gaps).size > 500);
  const meanGap = (times.at(-1)! - times[0]!) / gaps.length;
  assert.ok(Math.abs(meanGap - 1000) < 100, String(meanGap));
});

Deno.test("walk() has normal steps that do not depend on each other", () => {
  const places = Array.from({ length: 4097 }, (_, step) => walk(3, step, 1));
  const steps = places.slice(1).map((place, step) => place - places[step]!);
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  const variance = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / steps.length;
  const both = steps.slice(1).reduce((sum, step, at) => sum + step * steps[at]!, 0) / steps.length;
  assert.ok(Math.abs(mean) < 0.05, String(mean));
  assert.ok(Math.abs(variance - 1) < 0.08, String(variance));
  assert.ok(Math.abs(both) < 0.05, String(both));
});

Deno.test("uniform() and poisson() have their means", () => {
  const count = 20_000;
  const mean = (value: (place: number) => number) =>
    Array.from({ length: count }, (_, place) => value(place)).reduce((a, b) => a + b) / count;
  assert.ok(Math.abs(mean((place) => uniform(1, place, 2)) - 0.5) < 0.01);
  assert.ok(Math.abs(mean((place) => uniform(1, place + 2 ** 40, 2)) - 0.5) < 0.01);
  assert.ok(Math.abs(mean((place) => poisson(4, 1, place, 3)) - 4) < 0.1);
  assert.ok(Math.abs(mean((place) => poisson(1000, 1, place, 3)) - 1000) < 2);
});

Deno.test("a synthetic source fills no nested column", () => {
  const columns = [...tradesSource().columns, {
    name: "book",
    type: { kind: "list" as const, item: { kind: "f64" as const } } as never,
  }];
  const intake = new RecordedIntake(tradesSource({ columns }));
  assert.throws(() => createConnector(configOf(), intake, { entry: 1 }), {
    code: "SYNTHETIC_NESTED",
  });
});
