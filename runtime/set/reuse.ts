/**
 * `features_to_store`: columns of this set that an earlier run has stored are read back, the others are stored
 * while they are computed, and so are the features' own rows. A column is the same if the feature's identity,
 * the content of every source below the set, the spine and the range are.
 */
import { type Column, driversOf, type SetFeature, sourceIdentity } from "../../dsl/mod.ts";
import type { ColumnData } from "../arrow/mod.ts";
import { firstAtLeast, sliceRows, type StreamData } from "../engine/mod.ts";
import type { SeriesRecord, Store } from "../store/mod.ts";
import { sha256 } from "./load_plugins.ts";
import type { SetReport } from "./report.ts";
import { columnFeatures, type PreparedRun } from "./prepared.ts";
import { type ReuseKeys, reuseKeys } from "./reuse_keys.ts";
import { SeriesSink, StoredColumns } from "./series_store.ts";
import type { SourceFeed } from "./source_feed.ts";

export interface Reuse extends AsyncDisposable {
  /** True if the feature's columns come from the store. */
  has(feature: string): boolean;
  /** Features whose rows are to be stored. */
  readonly rowsOf: readonly SetFeature[];
  /** Reads the stored columns for these rows, and stores the computed ones. */
  take(rows: StreamData): Promise<void>;
  column(feature: string, output: string): ColumnData;
  writeRows(index: number, rows: StreamData, feeds: readonly SourceFeed[]): Promise<void>;
  /** Makes what was stored visible. */
  commit(): Promise<void>;
  readonly reused: SetReport["reused"];
  readonly stored: SetReport["stored"];
}

/** Looks up what the store has for this run; it closes the store when it is disposed of. */
export async function openReuse(prepared: PreparedRun, store: Store | undefined): Promise<Reuse> {
  const { config } = prepared;
  const isStored = ({ name }: SetFeature) => config.featuresToStore.includes(name);
  if (!store) return NOTHING;
  const wanted = columnFeatures(prepared).filter(isStored);
  const named = prepared.features.filter(isStored);
  try {
    const keys = await reuseKeys(prepared);
    const found = new Map<string, SeriesRecord>();
    const rowsOf: SetFeature[] = [];
    for (const set of wanted) {
      const series = await store.findSeries(keys.ofColumns(set));
      if (series) found.set(set.name, series);
    }
    for (const set of named) {
      if (!(await store.findSeries(keys.ofRows(set)))) rowsOf.push(set);
    }
    return await StoreReuse.open({ prepared, store, keys, found, wanted, rowsOf });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Stores a feature's columns, taken from these places of the result rows. */
interface ColumnSink {
  readonly name: string;
  readonly sink: SeriesSink;
  readonly places: readonly number[];
}

class StoreReuse implements Reuse {
  readonly reused: readonly string[];
  readonly stored: { feature: string; rows: number; blocks: number }[] = [];
  readonly rowsOf: readonly SetFeature[];
  readonly #store: Store;
  readonly #readers: ReadonlyMap<string, StoredColumns>;
  readonly #sinks: readonly ColumnSink[];
  readonly #rowSinks: readonly SeriesSink[];
  readonly #outputs: ReadonlyMap<string, readonly Column[]>;
  #current = new Map<string, readonly ColumnData[]>();

  private constructor(parts: {
    store: Store;
    rowsOf: readonly SetFeature[];
    readers: ReadonlyMap<string, StoredColumns>;
    sinks: readonly ColumnSink[];
    rowSinks: readonly SeriesSink[];
    outputs: ReadonlyMap<string, readonly Column[]>;
    reused: readonly string[];
  }) {
    this.#store = parts.store;
    this.rowsOf = parts.rowsOf;
    this.#readers = parts.readers;
    this.#sinks = parts.sinks;
    this.#rowSinks = parts.rowSinks;
    this.#outputs = parts.outputs;
    this.reused = parts.reused;
  }

  static async open(parts: {
    prepared: PreparedRun;
    store: Store;
    keys: ReuseKeys;
    found: ReadonlyMap<string, SeriesRecord>;
    wanted: readonly SetFeature[];
    rowsOf: readonly SetFeature[];
  }): Promise<StoreReuse> {
    const { prepared, store, keys, found, wanted, rowsOf } = parts;
    const { symbols, bound, bundles } = prepared;
    const columnsOf = ({ feature }: SetFeature) =>
      feature.outputs.map(({ name, type }) => ({ name, type }));
    const shape = (set: SetFeature) => ({
      plugin: set.feature.plugin,
      pluginVersion: sha256(bundles.get(set.feature.plugin) ?? ""),
      values: columnsOf(set),
      ...(set.feature.doc === undefined ? {} : { doc: set.feature.doc }),
      lineage: { feature: set.feature.id, definition: `${set.feature.plugin}.${set.feature.name}` },
    });
    const fresh = wanted.filter(({ name }) => !found.has(name));
    const sinks = [];
    for (const set of fresh) {
      const sink = await SeriesSink.open(store, {
        ...shape(set),
        values: storedColumns(set),
        reuseKey: keys.ofColumns(set),
        kind: "set-column",
        name: `${setName(prepared)}/${set.name}`,
        keys: bound.columns,
      }, symbols);
      sinks.push({ name: set.name, sink, places: placesOf(prepared, set, found) });
    }
    const rowSinks = [];
    for (const set of rowsOf) {
      rowSinks.push(
        await SeriesSink.open(store, {
          ...shape(set),
          reuseKey: keys.ofRows(set),
          kind: "feature",
          name: set.name,
          keys: set.feature.keys,
        }, symbols),
      );
    }
    const readers = new Map([...found].map(([name, series]) => {
      const set = wanted.find((each) => each.name === name)!;
      return [name, new StoredColumns(store, series, storedColumns(set), symbols)];
    }));
    const outputs = new Map(wanted.map((set) => [set.name, columnsOf(set)]));
    const reused = [...found].map(([name, { rows, blocks }]) =>
      `${name}: ${rows} rows in ${blocks} ${blocks === 1 ? "block" : "blocks"}`
    );
    return new StoreReuse({ store, rowsOf, readers, sinks, rowSinks, outputs, reused });
  }

  has(feature: string): boolean {
    return this.#readers.has(feature);
  }

  column(feature: string, output: string): ColumnData {
    const place = this.#outputs.get(feature)!.findIndex(({ name }) => name === output);
    return this.#current.get(feature)![place]!;
  }

  async take(rows: StreamData): Promise<void> {
    const current = new Map<string, readonly ColumnData[]>();
    for (const [name, reader] of this.#readers) current.set(name, await reader.take(rows.time));
    this.#current = current;
    for (const { sink, places } of this.#sinks) {
      await sink.write({ ...rows, columns: places.map((place) => rows.columns[place]!) });
    }
  }

  /** Only rows that later data cannot change are kept. */
  async writeRows(index: number, rows: StreamData, feeds: readonly SourceFeed[]): Promise<void> {
    const { feature } = this.rowsOf[index]!;
    const below = new Set(driversOf({ kind: "feature", feature }).map(sourceIdentity));
    const own = feeds.filter(({ source }) => below.has(sourceIdentity(source)));
    const settledUs = Math.min(...own.map(({ admission }) => admission.settledUs));
    const count = firstAtLeast(rows.time, rows.length, settledUs);
    if (count > 0) await this.#rowSinks[index]!.write(sliceRows(rows, 0, count));
  }

  async commit(): Promise<void> {
    for (const { name, sink } of this.#sinks) {
      await sink.commit();
      this.stored.push({ feature: `${name} (columns)`, rows: sink.rows, blocks: sink.blocks });
    }
    for (const [index, sink] of this.#rowSinks.entries()) {
      await sink.commit();
      this.stored.push({ feature: this.rowsOf[index]!.name, rows: sink.rows, blocks: sink.blocks });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#readers.values()) await reader.close();
    for (const { sink } of this.#sinks) await sink.abort();
    for (const sink of this.#rowSinks) await sink.abort();
    await this.#store.close();
  }
}

/** Named with the definition, which other configs share: an output may have the name of a spine's column. */
function storedColumns({ feature }: SetFeature): readonly Column[] {
  const { plugin, name, outputs } = feature;
  return outputs.map((output) => ({ name: `${plugin}.${name}.${output.name}`, type: output.type }));
}

/** Places of the spine's columns and the feature's, in the rows of the plan's result. */
function placesOf(
  prepared: PreparedRun,
  set: SetFeature,
  found: ReadonlyMap<string, unknown>,
): readonly number[] {
  const spine = prepared.bound.columns.map((_, place) => place);
  let at = spine.length;
  for (const each of columnFeatures(prepared)) {
    if (found.has(each.name)) continue;
    if (each === set) break;
    at += each.feature.outputs.length;
  }
  return [...spine, ...set.feature.outputs.map((_, place) => at + place)];
}

function setName({ config }: PreparedRun): string {
  return config.file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "");
}

const NOTHING: Reuse = {
  has: () => false,
  rowsOf: [],
  take: () => Promise.resolve(),
  column: (feature) => {
    throw new RangeError(`Cannot read stored columns of "${feature}": nothing is stored`);
  },
  writeRows: () => Promise.resolve(),
  commit: () => Promise.resolve(),
  reused: [],
  stored: [],
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
