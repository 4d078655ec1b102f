import assert from "node:assert/strict";
import { createClient } from "@libsql/client";
import { pathToFileURL } from "node:url";
import { type EventLog, openCheckpointStore, openStore } from "../../../runtime/store/mod.ts";
import { lateRow, logDraft, openPlace, type PlaceKind } from "./live_samples.ts";

async function firsts(log: EventLog, after: number, source = "p.s"): Promise<number[]> {
  return (await Array.fromAsync(log.read(source, after))).map(({ first }) => first);
}

for (const kind of ["worker", "caller", "server"] satisfies PlaceKind[]) {
  Deno.test(`event log, ${kind}, gives back what was appended, after a reopen too`, async () => {
    await using place = await openPlace(kind);
    const draft = logDraft(1, { startUs: NaN, endUs: Infinity, watermarkUs: -Infinity });
    const { entry: _, lateRows: __, ...expected } = draft;
    {
      await using log = await place.log();
      await log.append({ ...draft, block: draft.block.slice() });
      await log.append(logDraft(11));
      assert.deepEqual((await Array.fromAsync(log.read("p.s", 0)))[0], expected);
    }
    await using log = await place.log();
    assert.deepEqual((await Array.fromAsync(log.read("p.s", 0)))[0], expected);
    await log.append(logDraft(21));
    assert.deepEqual(await firsts(log, 0), [1, 11, 21]);
  });

  Deno.test(`event log, ${kind}, keeps a watermark that was raised, and no lower one`, async () => {
    await using place = await openPlace(kind);
    {
      await using log = await place.log();
      await log.append(logDraft(1, { watermarkUs: 500 }));
      await log.raiseWatermark("p.s", 700);
      await log.raiseWatermark("p.s", 600);
      await log.append(logDraft(11, { watermarkUs: 650 }));
    }
    await using log = await place.log();
    assert.deepEqual((await log.ends()).map(({ watermarkUs }) => watermarkUs), [700]);
  });

  Deno.test(`event log, ${kind}, keeps a watermark of a source that has no rows yet`, async () => {
    await using place = await openPlace(kind);
    {
      await using log = await place.log();
      await Promise.all([
        log.append(logDraft(1, { watermarkUs: 500 })),
        log.raiseWatermark("p.other", 900),
        log.append(logDraft(1, { source: "p.third", watermarkUs: 300 })),
      ]);
      await log.append(logDraft(1, { source: "p.other", watermarkUs: 650 }));
      await log.append(logDraft(11, { watermarkUs: 550 }));
    }
    await using log = await place.log();
    const ends = await log.ends();
    assert.deepEqual(ends.map(({ source, last, watermarkUs }) => [source, last, watermarkUs]), [
      ["p.other", 10, 900],
      ["p.s", 20, 550],
      ["p.third", 10, 300],
    ]);
  });

  Deno.test(`event log, ${kind}, reads from the entry that holds the next position`, async () => {
    await using place = await openPlace(kind);
    await using log = await place.log();
    await Promise.all([1, 11, 21].map((first) => log.append(logDraft(first))));
    await log.append(logDraft(1, { source: "p.other" }));
    assert.deepEqual(await firsts(log, 9), [1, 11, 21]);
    assert.deepEqual(await firsts(log, 10), [11, 21]);
    assert.deepEqual(await firsts(log, 15), [11, 21]);
    assert.deepEqual(await firsts(log, 30), []);
    assert.deepEqual(await firsts(log, 0, "p.none"), []);
  });

  Deno.test(`event log, ${kind}, knows where each source ends`, async () => {
    await using place = await openPlace(kind);
    await using log = await place.log();
    assert.deepEqual(await log.ends(), []);
    await log.append(logDraft(1, { admitted: 7, late: 1, malformed: 1, future: 1, cursor: "a" }));
    await log.append(logDraft(11, { endUs: 4, entry: 2, cursor: "b" }));
    await log.append(logDraft(21, { endUs: NaN, cursor: "c" }));
    await log.append(logDraft(1, { source: "o.s", endUs: NaN, watermarkUs: -Infinity }));
    const zeros = { late: 0, malformed: 0, future: 0 };
    assert.deepEqual(await log.ends(), [
      {
        ...zeros,
        ...{ source: "o.s", last: 10, endUs: NaN, arrivedUs: 10, watermarkUs: -Infinity },
        ...{ admitted: 10, cursors: new Map() },
      },
      {
        ...{ source: "p.s", last: 30, endUs: 11, arrivedUs: 210, watermarkUs: 16, admitted: 27 },
        ...{ late: 1, malformed: 1, future: 1, cursors: new Map([[0, "c"], [2, "b"]]) },
      },
    ]);
  });

  Deno.test(`event log, ${kind}, finds rows by idempotency key, of their source`, async () => {
    await using place = await openPlace(kind);
    await using log = await place.log();
    await log.append(logDraft(1, { idempotencyKey: "k", admitted: 9, late: 1 }));
    assert.deepEqual(await log.findKey("p.s", "k"), {
      ...{ first: 1, last: 10, admitted: 9, late: 1, malformed: 0, future: 0 },
    });
    assert.equal(await log.findKey("p.other", "k"), undefined);
    assert.equal(await log.findKey("p.s", "l"), undefined);
  });

  Deno.test(`event log, ${kind}, lists late rows, newest first`, async () => {
    await using place = await openPlace(kind);
    await using log = await place.log();
    const many = Array.from({ length: 250 }, (_, i) => lateRow(i + 1, { arrivedUs: 7 }));
    await log.append(logDraft(1, { count: 250, lateRows: many }));
    const other = lateRow(1, { source: "o.s", arrivedUs: 8, timeUs: NaN, reason: "malformed" });
    await log.append(logDraft(1, { source: "o.s", lateRows: [other] }));
    const late = await log.late();
    assert.equal(late.length, 100);
    assert.deepEqual(late.slice(0, 2), [other, many[249]]);
    assert.deepEqual(await log.late("p.s", 1000), many.toReversed());
  });

  Deno.test(`event log, ${kind}, prunes entries, keys and late rows, not what it knows`, async () => {
    await using place = await openPlace(kind);
    await using log = await place.log();
    for (let i = 0; i < 100; i++) {
      const first = i * 10 + 1;
      await log.append(logDraft(first, { idempotencyKey: `k${i}`, lateRows: [lateRow(first)] }));
    }
    const before = await log.ends();
    await log.prune("p.s", 985);
    assert.deepEqual(await firsts(log, 0), [981, 991]);
    assert.equal(await log.findKey("p.s", "k97"), undefined);
    assert.equal((await log.findKey("p.s", "k98"))?.first, 981);
    assert.deepEqual((await log.late("p.s")).map(({ position }) => position), [991]);
    assert.deepEqual(await log.ends(), before);
    await log.append(logDraft(1001));
  });

  Deno.test(`event log, ${kind}, tells what is kept, and what is more than is to be kept`, async () => {
    await using place = await openPlace(kind);
    await using log = await place.log();
    for (let i = 0; i < 10; i++) await log.append(logDraft(i * 10 + 1, { arrivedUs: i * 100 }));
    const bytes = logDraft(1).block.byteLength;
    const excess = (arrivedUs: number, entries: number) =>
      log.excess("p.s", { arrivedUs, bytes: entries * bytes });
    assert.equal(await excess(-Infinity, Infinity), 1);
    assert.equal(await excess(250, Infinity), 31);
    assert.equal(await excess(Infinity, Infinity), 101);
    assert.equal(await excess(250, 2), 81);
    assert.equal(await excess(850, 5), 91);
    assert.equal(await excess(-Infinity, 0.5), 91);
    assert.deepEqual(await log.starts(), new Map([["p.s", 1]]));
    await log.prune("p.s", 31);
    assert.deepEqual(await log.starts(), new Map([["p.s", 31]]));
    await log.prune("p.s", 101);
    assert.deepEqual(await log.starts(), new Map([["p.s", 101]]));
    await log.append(logDraft(101));
    assert.deepEqual(await firsts(log, 0), [101]);
  });

  Deno.test(`event log, ${kind}, refuses a draft that leaves a gap, and no other`, async () => {
    await using place = await openPlace(kind);
    await using log = await place.log();
    const settled = await Promise.allSettled([
      log.append(logDraft(1)),
      log.append(logDraft(21)),
      log.append(logDraft(1, { source: "o.s" })),
      log.append(logDraft(11)),
      log.append(logDraft(11)),
    ]);
    assert.deepEqual(settled.map(({ status }) => status === "fulfilled"), [
      ...[true, false, true, true, false],
    ]);
    await assert.rejects(log.append(logDraft(31)), { code: "LOG_GAP", retry: "backoff" });
    assert.deepEqual(await firsts(log, 0), [1, 11]);
  });
}

Deno.test("an event log refuses drafts that cannot be, and calls after close", async () => {
  await using place = await openPlace("caller");
  const log = await place.log();
  await assert.rejects(log.append(logDraft(0)), RangeError);
  await assert.rejects(log.append(logDraft(1, { last: 0 })), RangeError);
  await assert.rejects(log.append(logDraft(1, { late: 1 })), RangeError);
  const last = log.append(logDraft(1));
  await log.close();
  await last;
  await log.close();
  await assert.rejects(log.append(logDraft(11)), TypeError);
});

Deno.test("an event log reads many blocks of any size in order", async () => {
  await using place = await openPlace("worker");
  await using log = await place.log();
  const sizes = [10, 3 << 20, 3 << 20, 6 << 20, 10, 10];
  await Promise.all(sizes.map((size, i) => {
    const block = new Uint8Array(size).fill(i);
    return log.append(logDraft(i * 10 + 1, { block }));
  }));
  const read = (await Array.fromAsync(log.read("p.s", 0))).map(({ block }) => block);
  assert.deepEqual(read.map(({ length }) => length), sizes);
  assert.deepEqual(read.map((block) => block.at(-1)), [0, 1, 2, 3, 4, 5]);
  for await (const { first } of log.read("p.s", 0)) if (first === 11) break;
});

Deno.test("a server's database holds a store, its log and its checkpoints", async () => {
  await using place = await openPlace("server");
  for (let i = 0; i < 2; i++) {
    await using log = await place.log();
    await using checkpoints = await openCheckpointStore(place.location);
    await using store = await openStore(place.location);
    assert.equal((await log.ends()).length, 0);
    assert.equal((await checkpoints.list()).length, 0);
    assert.equal((await store.listSeries()).length, 0);
  }
});

Deno.test("a full event log says so, keeps what it acknowledged, and goes on when there is room", async () => {
  await using place = await openPlace("worker");
  await using log = await place.log({ maxBytes: 2 << 20 });
  let next = 1;
  const append = () => log.append(logDraft(next, { block: new Uint8Array(1 << 18) }));
  await assert.rejects(
    async () => {
      for (; next < 1000; next += 10) await append();
    },
    { code: "STORE_FULL", domain: "external", retry: "backoff" },
  );
  assert.ok(next > 30);
  assert.equal((await log.ends())[0]?.last, next - 1);
  await log.prune("p.s", next);
  await append();
  assert.deepEqual(await firsts(log, 0), [next]);
});

Deno.test("an event log that another process keeps locked says so, and goes on after", async () => {
  await using place = await openPlace("caller");
  await using log = await place.log({ busyTimeoutMs: 20 });
  await log.append(logDraft(1));
  const url = pathToFileURL(place.location.replace("store.db", "store.log.db")).href;
  const other = createClient({ url, concurrency: 1 });
  const transaction = await other.transaction("write");
  await assert.rejects(log.append(logDraft(11)), { code: "STORE_LOCKED", retry: "backoff" });
  await transaction.rollback();
  other.close();
  await log.append(logDraft(11));
  assert.deepEqual(await firsts(log, 0), [1, 11]);
});

Deno.test("what is pruned of an event log is the disk's again", async () => {
  await using place = await openPlace("caller");
  await using log = await place.log();
  for (let i = 0; i < 60; i++) {
    await log.append(logDraft(i * 10 + 1, { block: new Uint8Array(200_000).fill(i) }));
  }
  const path = place.location.replace(/\.db$/, ".log.db");
  await log.close();
  const before = (await Deno.stat(path)).size;
  await using again = await place.log();
  await again.prune("p.s", 551);
  await again.close();
  const after = (await Deno.stat(path)).size;
  assert.ok(before > 12e6 && after < 3e6, `${before} became ${after} bytes`);
});

Deno.test("two processes that append to one log notice it, and no row is lost or doubled", async () => {
  await using place = await openPlace("caller");
  await using left = await place.log();
  await using right = await place.log();
  await left.append(logDraft(1));
  await right.append(logDraft(11));
  await assert.rejects(left.append(logDraft(11)), { code: "STORE_CONFLICT" });
  await left.append(logDraft(21));
  assert.deepEqual(await firsts(right, 0), [1, 11, 21]);
});

Deno.test("the write-ahead log of an event log stays small under a flood", async () => {
  await using place = await openPlace("worker");
  await using log = await place.log();
  let largest = 0;
  for (let i = 0; i < 120; i++) {
    await log.append(logDraft(i * 10 + 1, { block: new Uint8Array(1 << 20) }));
    largest = Math.max(
      largest,
      (await Deno.stat(place.location.replace("store.db", "store.log.db-wal"))).size,
    );
  }
  assert.ok(largest < 100 << 20, `${largest} bytes`);
});
