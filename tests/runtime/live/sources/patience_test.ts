import assert from "node:assert/strict";
import { FeaturizerError } from "../../../../runtime/errors.ts";
import { Backoff, persist, SYSTEM_PATIENCE } from "../../../../runtime/live/sources/patience.ts";
import { HandClock } from "./hand_clock.ts";
import { RecordedIntake, tradesSource } from "./recorded_intake.ts";

function failing(retry: "never" | "backoff"): FeaturizerError {
  return new FeaturizerError('Cannot read "x": it is gone', { code: "GONE", retry });
}

Deno.test("Backoff doubles up to its cap, between half and all of it by chance, and begins anew", () => {
  const least = new Backoff({ random: () => 0 });
  const most = new Backoff({ random: () => 1 });
  assert.deepEqual([0, 1, 2].map(() => least.nextMs()), [50, 100, 200]);
  const all = Array.from({ length: 12 }, () => most.nextMs());
  assert.deepEqual([...all.slice(0, 3), all.at(-1)], [100, 200, 400, 30_000]);
  most.reset();
  assert.equal(most.nextMs(), 100);
});

Deno.test("persist() tries again what may pass, and gives up on what will not", async () => {
  const clock = new HandClock(0);
  const intake = new RecordedIntake(tradesSource(), clock);
  const context = intake.context(new AbortController().signal);
  let attempts = 0;
  await assert.rejects(
    persist(context, clock.patience, () => {
      throw failing(++attempts < 4 ? "backoff" : "never");
    }),
    { code: "GONE", retry: "never" },
  );
  assert.equal(attempts, 4);
  assert.equal(clock.nowUs(), (50 + 100 + 200) * 1000);
  assert.equal(intake.states.at(-1), 'ended: Cannot read "x": it is gone');
});

Deno.test("waiting ends with the signal", async () => {
  const controller = new AbortController();
  const waiting = SYSTEM_PATIENCE.wait(3_600_000, controller.signal);
  controller.abort();
  await waiting;
  await SYSTEM_PATIENCE.wait(3_600_000, controller.signal);
});
