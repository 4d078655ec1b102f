import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createConnector,
  openReplayClock,
  withSpeed,
} from "../../../../runtime/live/sources/create_connector.ts";
import { ReplayClock } from "../../../../runtime/live/sources/replay_clock.ts";
import type { ReplaySource } from "../../../../runtime/set/mod.ts";
import { HandClock } from "./hand_clock.ts";
import { RecordedIntake, tradesSource } from "./recorded_intake.ts";

const SECOND = 1_000_000;

/** Runs with a CSV file of trades at the given seconds. */
async function withTrades(
  seconds: readonly number[],
  body: (config: ReplaySource) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "trades.csv");
    const lines = seconds.map((second, row) => `a,${second * SECOND},${row}`);
    await Deno.writeTextFile(path, ["symbol,ts,price", ...lines, ""].join("\n"));
    await body({
      kind: "replay",
      source: "feed.trades",
      attributes: {},
      columns: {},
      path,
      late: "drop",
      speed: Infinity,
      loop: false,
      shift: false,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function open(config: ReplaySource, intake: RecordedIntake, clock: HandClock) {
  const connector = createConnector(config, intake, { entry: 1, patience: clock.patience });
  assert.ok(connector);
  return connector;
}

const never = () => false;

Deno.test("a replay at full speed gives all rows in their order and ends", async () => {
  await withTrades([3, 1, 2], async (config) => {
    const clock = new HandClock(0);
    const intake = new RecordedIntake(tradesSource(), clock);
    await intake.run(open(config, intake, clock), never);
    assert.deepEqual(intake.rows, [["a", 3 * SECOND, 0], ["a", SECOND, 1], ["a", 2 * SECOND, 2]]);
    assert.deepEqual(intake.states, ["connecting", "running", "ended"]);
  });
});

Deno.test("a replay gives each row when its time has come, at its speed", async () => {
  await withTrades([100, 101, 110, 109, 160], async (config) => {
    const clock = new HandClock(7 * SECOND);
    const intake = new RecordedIntake(tradesSource(), clock);
    const wallAt: number[] = [];
    const context = intake.context(new AbortController().signal);
    await open({ ...config, speed: 10 }, intake, clock).run({
      ...context,
      push: (batch) => {
        for (let row = 0; row < batch.batch.length; row++) wallAt.push(clock.nowUs() / SECOND);
        return context.push(batch);
      },
    });
    assert.deepEqual(wallAt.map((at) => Math.round(at * 10) / 10), [7, 7.1, 8, 8, 13]);
  });
});

Deno.test("a replay goes on behind the last row that is on disk", async () => {
  await withTrades([1, 2, 3, 4, 5], async (config) => {
    const clock = new HandClock(0);
    const intake = new RecordedIntake(tradesSource(), clock);
    const slow = { ...config, speed: 1 };
    await intake.run(open(slow, intake, clock), ({ rowCount }) => rowCount >= 2);
    const before = intake.rowCount;
    await intake.run(open(slow, intake, clock), never);
    assert.ok(before < 5);
    assert.deepEqual(intake.rows.map(([, , price]) => price), [0, 1, 2, 3, 4]);
    await intake.run(open(slow, intake, clock), never);
    assert.equal(intake.rowCount, 5);
  });
});

Deno.test("a loop goes on just behind the end, a shift begins now, and both survive a restart", async () => {
  await withTrades([10, 12], async (config) => {
    const clock = new HandClock(1000 * SECOND);
    const intake = new RecordedIntake(tradesSource(), clock);
    const loop: ReplaySource = { ...config, speed: 1, loop: true, shift: true };
    for (const rows of [3, 5]) {
      await intake.run(open(loop, intake, clock), ({ rowCount }) => rowCount >= rows);
    }
    const times = intake.rows.map(([, time]) => (time as number) - 1000 * SECOND);
    const round = 2 * SECOND + 1;
    assert.deepEqual(times.slice(0, 5), [0, 2 * SECOND, round, round + 2 * SECOND, 2 * round]);
  });
});

Deno.test("ReplayClock starts with the least first time when all players are ready", async () => {
  const wall = new HandClock(50);
  const clock = new ReplayClock(wall, { speed: 60, players: 2 });
  const [one, other] = [clock.join(), clock.join()];
  const first = one.ready(2000);
  wall.pass(10);
  assert.equal(clock.nowUs(), 0);
  await Promise.all([first, other.ready(1000)]);
  assert.equal(clock.nowUs(), 1000);
  wall.pass(5);
  assert.deepEqual([clock.targetUs, clock.nowUs()], [1300, 1000]);
  other.stand(1200);
  assert.equal(clock.nowUs(), 1200);
  other.leave();
  assert.equal(clock.nowUs(), 1300);
  assert.equal(clock.msUntil(61_300), 1);
});

Deno.test("ReplayClock at full speed stands still, lets the last go first, and goes on at the end", async () => {
  const wall = new HandClock(500);
  const clock = new ReplayClock(wall, { speed: Infinity, players: 2 });
  const [one, other] = [clock.join(), clock.join()];
  await Promise.all([one.ready(10), other.ready(20)]);
  const { signal } = new AbortController();
  const turns: string[] = [];
  const waiting = other.turn(signal).then(() => turns.push("other"));
  await one.turn(signal);
  turns.push("one");
  wall.pass(100);
  assert.equal(clock.nowUs(), 500);
  one.stand(30);
  await waiting;
  assert.deepEqual(turns, ["one", "other"]);
  one.leave();
  other.leave();
  wall.pass(7);
  assert.equal(clock.nowUs(), 507);
});

Deno.test("replays that share a clock at full speed go on together", async () => {
  await withTrades([1, 2, 3], async (early) => {
    await withTrades([10, 11], async (late) => {
      const wall = new HandClock(9);
      const intake = new RecordedIntake(tradesSource(), wall);
      const clock = openReplayClock([early, late], wall);
      assert.ok(clock);
      const runs = [late, early].map((config, place) => {
        const options = { entry: place + 1, patience: wall.patience, replayClock: clock };
        return createConnector(config, intake, options)
          ?.run(intake.context(new AbortController().signal));
      });
      await Promise.all(runs);
      const seconds = intake.rows.map(([, time]) => Number(time) / SECOND);
      assert.deepEqual(seconds, [1, 2, 3, 10, 11]);
      assert.equal(clock.nowUs(), 9);
    });
  });
});

Deno.test("only a system of replays of one speed has a replay clock", async () => {
  await withTrades([], (config) => {
    const wall = new HandClock(0);
    const sixty: ReplaySource = { ...config, speed: 60 };
    assert.ok(openReplayClock([sixty, sixty], wall));
    assert.equal(openReplayClock([sixty, config], wall), undefined);
    assert.equal(openReplayClock([{ ...sixty, shift: true }], wall), undefined);
    assert.equal(
      openReplayClock([sixty, { kind: "http", source: "a.b", attributes: {} }], wall),
      undefined,
    );
    const [changed] = withSpeed([sixty], "max");
    assert.equal(changed?.kind === "replay" && changed.speed, Infinity);
    assert.throws(() => withSpeed([sixty], "fast"), { code: "BAD_SPEED" });
    assert.throws(() => withSpeed([], "max"), { code: "NOTHING_TO_REPLAY" });
    return Promise.resolve();
  });
});

Deno.test("a replay whose time is computed can only go at full speed", async () => {
  const columns = tradesSource().columns.map((column) =>
    column.name === "ts"
      ? { ...column, computed: { kind: "null", type: column.type } as never }
      : column
  );
  await withTrades([1], (config) => {
    const clock = new HandClock(0);
    const intake = new RecordedIntake(tradesSource({ columns }), clock);
    assert.throws(() => open({ ...config, speed: 1 }, intake, clock), {
      code: "REPLAY_TIME_COMPUTED",
    });
    assert.ok(open(config, intake, clock));
    return Promise.resolve();
  });
});
