/** Drives the sites of a plan with hand-made slices; buffers that leave a site are really given away. */
import { lowerSet, type PhysicalPlan, type SetRequest } from "../../../dsl/mod.ts";
import { asFlat, buffersOf, type ColumnData, SymbolTable } from "../../../runtime/arrow/mod.ts";
import {
  createSite,
  type Frame,
  gather,
  partitionRows,
  type Site,
  type SiteContext,
  type SiteDescription,
} from "../../../runtime/engine/mod.ts";
import { bindTexts } from "../../../runtime/set/bind_texts.ts";
import { openSitesInline } from "../../../runtime/worker/mod.ts";
import { compileCase } from "../../support/compiled_case.ts";
import { caseOf } from "../../support/golden_case.ts";

/** A row of the source `s { k string key, ts timestamp time, x f64, other string }`. */
export type Row = readonly [ts: number, k: string, x: number, other?: string];

export interface Slice {
  readonly untilUs: number;
  readonly rows: readonly Row[];
}

export interface Drive {
  readonly features: string;
  /** Names of features, the last one the label's if there is a lookahead. */
  readonly names: readonly string[];
  readonly lookaheadUs?: number;
  readonly spine: "rows" | number;
  readonly partitions: number;
  readonly slices: readonly Slice[];
  readonly endUs?: number;
  /** After every slice all sites start again from their snapshots. */
  readonly restarts?: boolean;
}

export interface Outcome {
  /** `time key values…` in order, those of one time by key. */
  readonly rows: readonly string[];
  readonly dropped: number;
  readonly done: readonly string[];
  readonly failures: readonly Error[];
}

const SOURCE = "source s { k string key, ts timestamp time, x f64, other string }\n";

export async function drive(options: Drive): Promise<Outcome> {
  const symbols = new SymbolTable();
  const plan = planOf(options);
  const codes = bindTexts(plan, symbols);
  const frames: Frame[] = [];
  const done: string[] = [];
  const failures: Error[] = [];
  const { partitions, slices } = options;
  const perSlice = plan.sites.filter(({ operations }) => operations.length > 0).length * partitions;
  let awaited = 0;
  let finished = Promise.withResolvers<void>();
  const settle = () => {
    if (done.length === awaited || failures.length > 0) finished.resolve();
  };
  const sites = await openSitesInline(
    plan.sites.map(({ site, name, plugins, ...rest }) => ({
      description: {
        site,
        name,
        plugins,
        partitions,
        plan: { plan: { site, name, plugins, ...rest }, codes },
      },
    })),
    {
      partitions,
      createSite: createGivingSite,
      onFrame: (frame) => void frames.push(frame),
      onDone: (site, partition, slice) => {
        done.push(`${site}:${partition}:${slice}`);
        settle();
      },
      onFailure: (error) => {
        failures.push(error);
        settle();
      },
    },
  );
  for (const [number, slice] of slices.entries()) {
    awaited += perSlice;
    for (const [site, partition, frame] of framesOf(plan, { ...options, number, slice, symbols })) {
      sites.send({ kind: "site", site, partition }, frame);
    }
    if (!options.restarts) continue;
    await finished.promise;
    finished = Promise.withResolvers();
    sites.restart?.();
  }
  if (!options.restarts) await finished.promise;
  await sites.close();
  const dropped = frames.reduce((sum, frame) => sum + (frame.dropped ?? 0), 0);
  return { rows: textOf(plan, frames, symbols), dropped, done, failures };
}

function planOf({ features, names, lookaheadUs, spine, partitions, endUs = 1000 }: Drive) {
  const compiled = compileCase(caseOf({
    name: "",
    plugin: SOURCE + features,
    rows: {},
    features: names,
    spine: { kind: "grid", everyUs: 1, keysOf: 0 },
    range: [0, 1],
    expected: "",
  }));
  const set = compiled.features.map(({ name, feature }) => ({
    name,
    feature,
    keys: Object.fromEntries(feature.keys.map((key) => [key.name, { column: key.name }])),
  }));
  const source = compiled.sources.get("p.s")!;
  const of = { kind: "source", source } as const;
  const label = set.at(-1)!;
  const request: SetRequest = {
    features: lookaheadUs === undefined ? set : set.slice(0, -1),
    ...(lookaheadUs === undefined ? {} : { label: { ...label, lookaheadUs } }),
    spine: spine === "rows"
      ? { kind: "rows", of, pins: {} }
      : { kind: "grid", everyUs: spine, of, pins: {} },
    startUs: 0,
    endUs,
    rowsOf: set.map(({ feature }) => feature),
    partitions,
  };
  return lowerSet(request);
}

interface SliceToSend extends Drive {
  readonly number: number;
  readonly slice: Slice;
  readonly symbols: SymbolTable;
}

type Sent = [site: number, partition: number, frame: Frame];

/** The sites' frames of one slice, last partition first. */
function framesOf(plan: PhysicalPlan, options: SliceToSend): Sent[] {
  const { number, slice: { rows, untilUs }, symbols, partitions, slices } = options;
  const before = slices.slice(0, number).reduce((sum, { rows }) => sum + rows.length, 0);
  const isLast = number === slices.length - 1;
  const last = Math.max(...slices.flatMap(({ rows }) => rows.map(([ts]) => ts)));
  const columns = columnsOf(rows, symbols);
  const sequence = Float64Array.from(rows, (_, i) => before + i + 1);
  const bounds = {
    ...{ slice: number, from: 0, untilUs, isLast, lastTimesUs: [isLast ? last : Infinity] },
    symbols: { first: 0, texts: symbols.textsFrom(0) },
  };
  const sends = plan.sourceEdges.flatMap(({ edge, to, keys, columns: names }) => {
    const all = [columns["ts"]!, sequence, ...names.map((name) => columns[name]!)];
    const routed = {
      columns: keys.map((key) => asFlat(columns[key]!)),
      kinds: keys.map((key) => key === "k" || key === "other" ? "text" as const : "number"),
      hashes: symbols.hashes,
    };
    return partitionRows(routed, rows.length, partitions)
      .map((mine, partition): Sent => {
        const taken = all.map((column) => gather(column, mine));
        const batch = { length: mine.length, columns: taken };
        return [to, partition, { ...bounds, edge, batch }];
      });
  });
  const nothing = { length: 0, columns: [new Float64Array(0), new Float64Array(0)] };
  const ticks = plan.tickEdges.flatMap(({ edge, to }) =>
    Array.from({ length: partitions }, (_, partition): Sent => [
      ...[to, partition] as const,
      { ...bounds, edge, batch: structuredClone(nothing) },
    ])
  );
  return [...sends, ...ticks].reverse();
}

function columnsOf(
  rows: readonly Row[],
  symbols: SymbolTable,
): Readonly<Record<string, ColumnData>> {
  const codeOf = (text: string | undefined) => text === undefined ? -1 : symbols.intern(text);
  return {
    k: Int32Array.from(rows, ([_, k]) => codeOf(k)),
    ts: Float64Array.from(rows, ([ts]) => ts),
    x: Float64Array.from(rows, ([_ts, _k, x]) => x),
    other: Int32Array.from(rows, ([_ts, _k, _x, other]) => codeOf(other)),
  };
}

/** A site whose frames leave as a worker's do: transferred. */
function createGivingSite(
  description: SiteDescription,
  context: SiteContext,
  snapshot?: unknown,
): Site {
  const giving: SiteContext = {
    ...context,
    partition: context.partition,
    holesOf: (plugin) => context.holesOf(plugin),
    done: (slice) => context.done(slice),
    fail: (failure) => context.fail(failure),
    send: (destination, frame) =>
      context.send(destination, structuredClone(frame, { transfer: buffersOf(frame.batch) })),
  };
  return createSite(description, giving, snapshot);
}

function textOf(plan: PhysicalPlan, frames: readonly Frame[], symbols: SymbolTable): string[] {
  const edge = plan.result?.edge;
  return frames.filter((frame) => frame.edge === edge).flatMap(({ batch: { length, columns } }) => {
    const [time, sequence, ...rest] = columns.map(asFlat);
    return Array.from({ length }, (_, i) => ({
      time: time![i]!,
      sequence: sequence![i]!,
      text: [time![i], ...rest.map((column) => cellOf(column[i]!, column, symbols))].join(" "),
    }));
  }).sort((a, b) =>
    a.time - b.time || (a.sequence === b.sequence ? 0 : a.sequence - b.sequence) ||
    (a.text < b.text ? -1 : 1)
  ).map(({ text }) => text);
}

function cellOf(value: number, column: unknown, symbols: SymbolTable): string {
  if (column instanceof Int32Array) return value < 0 ? "-" : symbols.text(value);
  return Number.isNaN(value) ? "-" : String(value);
}
