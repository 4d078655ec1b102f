import { asFlat } from "../../../runtime/arrow/batch.ts";
import assert from "node:assert/strict";
import type { Frame } from "../../../runtime/engine/frames.ts";
import type { FeaturizerError } from "../../../runtime/errors.ts";
import {
  bundleGuest,
  createDirectLauncher,
  type OpenSites,
  openSites,
  openSitesInline,
  type SiteListener,
  startBundler,
  stopBundler,
} from "../../../runtime/worker/mod.ts";
import { createSite, type FakePlan } from "./support/fake_site.ts";
import { FAKE_SITE } from "./support/try_plugin.ts";

const PARTITIONS = 2;
const SLICES = 5;

type Open = (plans: readonly FakePlan[], listener: SiteListener) => Promise<OpenSites>;

const openInWorkers: Open = async (plans, listener) => {
  const { code } = await bundleGuest({ siteModule: FAKE_SITE });
  const sites = plans.map((plan, site) => ({ description: describe(plan, site), code }));
  const launcher = createDirectLauncher();
  return await openSites(sites, { ...listener, launcher, partitions: PARTITIONS });
};

const openInline: Open = (plans, listener) => {
  const sites = plans.map((plan, site) => ({ description: describe(plan, site) }));
  return openSitesInline(sites, { ...listener, createSite, partitions: PARTITIONS });
};

const SHARED = "openSites, one worker each";

const openInOneWorkerEach: Open = async (plans, listener) => {
  const { code } = await bundleGuest({ siteModule: FAKE_SITE });
  const sites = plans.map((plan, site) => ({ description: describe(plan, site), code }));
  const launcher = createDirectLauncher();
  return await openSites(sites, { ...listener, launcher, partitions: PARTITIONS, workers: 1 });
};

/** Every adapter of `OpenSites`, each proven by the same suite. */
const ADAPTERS: Readonly<Record<string, Open>> = {
  openSites: openInWorkers,
  [SHARED]: openInOneWorkerEach,
  openSitesInline: openInline,
};

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

for (const [name, open] of Object.entries(ADAPTERS)) {
  Deno.test(`${name}() carries frames from site to site and to the host, in order`, async () => {
    const { listener, frames, done } = collect(SLICES, 2 * SLICES);
    const plans: FakePlan[] = [{ to: { kind: "site", site: 1, partition: 1 } }, {
      to: { kind: "host" },
    }];
    const sites = await open(plans, listener);
    for (let slice = 0; slice < SLICES; slice++) {
      sites.send({ kind: "site", site: 0, partition: 0 }, frameOf(slice, slice + 1));
    }
    await Promise.all([frames.promise, done.promise]);
    await sites.close();
    assert.deepEqual(
      frames.got.map(({ slice, from, batch }) => [slice, from, ...asFlat(batch.columns[0]!)]),
      Array.from({ length: SLICES }, (_, slice) => [slice, 1, ...Array(slice + 1).fill(4)]),
    );
    assert.deepEqual(
      done.got.filter(([site]) => site === 0),
      Array.from({ length: SLICES }, (_, slice) => [0, 0, slice]),
    );
  });

  Deno.test(`${name}() delivers frames a site sends to itself`, async () => {
    const { listener, frames } = collect(1);
    const sites = await open([{ to: { kind: "host" }, rounds: 3 }], listener);
    sites.send({ kind: "site", site: 0, partition: 1 }, frameOf(0, 2));
    await frames.promise;
    await sites.close();
    assert.deepEqual([...asFlat(frames.got[0]!.batch.columns[0]!)], [16, 16]);
  });

  const others = name === SHARED ? "the whole worker stops" : "the other partition goes on";
  Deno.test(`${name}() tells a failure once, and ${others}`, async () => {
    const { listener, frames, failures } = collect(1);
    const sites = await open([{ to: { kind: "host" }, failAtSlice: 1 }], listener);
    sites.send({ kind: "site", site: 0, partition: 0 }, frameOf(1, 1));
    sites.send({ kind: "site", site: 0, partition: 0 }, frameOf(1, 1));
    const error = await failures.promise;
    sites.send({ kind: "site", site: 0, partition: 0 }, frameOf(0, 1));
    sites.send({ kind: "site", site: 0, partition: 1 }, frameOf(0, 1));
    if (name !== SHARED) await frames.promise;
    await sites.close();
    assert.equal(error.code, "SITE_FAILED");
    assert.match(error.message, /Cannot go on: it was asked not to$/);
    assert.equal(failures.got.length, 1);
    assert.deepEqual(frames.got.map(({ from }) => from), name === SHARED ? [] : [1]);
  });

  Deno.test(`${name}() carries frames without rows`, async () => {
    const { listener, frames } = collect(1);
    const sites = await open([{ to: { kind: "host" } }], listener);
    sites.send({ kind: "site", site: 0, partition: 0 }, frameOf(0, 0));
    await frames.promise;
    await sites.close();
    assert.equal(frames.got[0]?.batch.length, 0);
  });
}

for (
  const change of [{ slice: -1 }, { batch: { length: 5, columns: [new Float64Array(4)] } }, {
    from: 1,
  }, { state: null }]
) {
  Deno.test(`openSites() stops a worker that sends a forged ${Object.keys(change)}`, async () => {
    const siteModule = new URL("./support/forging_site.ts", import.meta.url);
    const { code } = await bundleGuest({ siteModule });
    const { listener, frames, failures } = collect(1);
    const description = { site: 0, name: "forger", plugins: [], partitions: 1, plan: change };
    const sites = await openSites([{ description, code }], {
      ...listener,
      launcher: createDirectLauncher(),
      partitions: 1,
    });
    sites.send({ kind: "site", site: 0, partition: 0 }, frameOf(0, 1));
    const error = await failures.promise;
    await sites.close();
    assert.equal(error.code, "PLUGIN_FORGED_MESSAGE");
    assert.match(error.message, /"forger"/);
    assert.equal(frames.got.length, 0);
  });
}

Deno.test("openSites() rejects with the failure of a site that cannot be created, and leaves no worker", async () => {
  const { listener } = collect(1);
  await assert.rejects(
    openInWorkers([{ to: { kind: "host" }, failAtSlice: -1 }], listener),
    { code: "PLUGIN_FAILED", message: /cannot be created/ },
  );
});

function describe(plan: FakePlan, site: number) {
  return { site, name: `fake${site}`, plugins: [], partitions: PARTITIONS, plan };
}

function frameOf(slice: number, length: number): Frame {
  const columns = [new Float64Array(length).fill(1), new Int32Array(length)];
  return { edge: 0, from: 0, slice, batch: { length, columns }, untilUs: slice };
}

/** Listens, and resolves when so many frames, slices done, or one failure, have come. */
function collect(count: number, doneCount = count) {
  const frames = { got: [] as Frame[], ...Promise.withResolvers<void>() };
  const failures = { got: [] as FeaturizerError[], ...Promise.withResolvers<FeaturizerError>() };
  const done = {
    got: [] as [site: number, partition: number, slice: number][],
    ...Promise.withResolvers<void>(),
  };
  const listener: SiteListener = {
    onFrame: (frame) => {
      if (frames.got.push(frame) === count) frames.resolve();
    },
    onDone: (...slice) => {
      if (done.got.push(slice) === doneCount) done.resolve();
    },
    onFailure: (error) => {
      failures.got.push(error);
      failures.resolve(error);
    },
  };
  return { frames, failures, done, listener };
}
