/** One source of a run: its files' rows read, computed columns added, admitted and ordered. */
import type { Source, SourcePlan } from "../../dsl/mod.ts";
import type { Batch, ColumnData, SymbolTable } from "../arrow/mod.ts";
import {
  Admission,
  computeColumn,
  type DecidedDelivery,
  type DeliveredRows,
  linkKernel,
  type MapKernel,
  Ranks,
  RowFailures,
  type StreamData,
  tellFailures,
} from "../engine/mod.ts";
import type { RowBlock } from "../source/mod.ts";
import type { RowError } from "./slice_ledger.ts";

/** Where one data source entry's rows come from; columns are the source plan's `reads`, in order. */
export interface EntryReader {
  read(): Promise<(RowBlock & { readonly decided?: DecidedDelivery }) | undefined>;
  close(): Promise<void>;
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

/** Computes columns at the plugin's site, where its functions are. */
export type PrepareColumns = (batch: Batch, firstRow: number) => Promise<readonly ColumnData[]>;

export interface SourceFeedOptions {
  readonly plan: SourcePlan;
  readonly entries: readonly EntryReader[];
  readonly symbols: SymbolTable;
  /** Required if the plan says that a site computes. */
  readonly prepare?: PrepareColumns;
  /** Called after each batch; may throw to end the run, for `late: fail`. */
  readonly onDelivered?: (admission: Admission, entry: number, rows: DeliveredRows) => void;
}

export class SourceFeed {
  readonly admission: Admission;
  rowsRead = 0;
  /** By entry, the batch that is being read and computed while others are admitted. */
  readonly #coming = new Map<number, Promise<DeliveredRows | undefined>>();
  readonly #ranks = new Ranks();
  readonly #options: SourceFeedOptions;
  readonly #compute: PrepareColumns;

  constructor(options: SourceFeedOptions) {
    this.#options = options;
    const { plan, entries, prepare } = options;
    this.admission = new Admission(plan.source, plan.columns, entries.length);
    this.#compute = plan.computed.length === 0
      ? () => Promise.resolve([])
      : plan.prepare
      ? required(prepare)
      : computeHere(plan, options.symbols);
  }

  get source(): Source {
    return this.#options.plan.source;
  }

  get ended(): boolean {
    return this.admission.laggard === undefined;
  }

  get bytesRead(): number {
    return this.#options.entries.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  get bytesTotal(): number {
    return this.#options.entries.reduce((sum, { bytesTotal }) => sum + bytesTotal, 0);
  }

  /** Reads and admits the next batch of the entry that lags most; the one after it is already on its way then. */
  async advance(): Promise<void> {
    const entry = this.admission.laggard;
    if (entry === undefined) return;
    const rows = await (this.#coming.get(entry) ?? this.#fetch(entry));
    if (!rows) {
      this.admission.end(entry);
      this.#coming.delete(entry);
      return;
    }
    const next = this.#fetch(entry);
    next.catch(() => {});
    this.#coming.set(entry, next);
    this.admission.deliver(entry, rows);
    this.rowsRead += rows.length;
    this.#options.onDelivered?.(this.admission, entry, rows);
  }

  async #fetch(entry: number): Promise<DeliveredRows | undefined> {
    const block = await this.#options.entries[entry]!.read();
    if (!block) return undefined;
    const { plan } = this.#options;
    const computed = await this.#compute(block.batch, block.firstRow);
    const columns = new Map<string, ColumnData>();
    plan.reads.forEach(({ name }, place) => columns.set(name, block.batch.columns[place]!));
    plan.computed.forEach(({ name }, place) => columns.set(name, computed[place]!));
    const { file, firstRow, rejected, decided } = block;
    const { length } = block.batch;
    return { length, columns, file, firstRow, rejected, ...(decided ? { decided } : {}) };
  }

  release(boundUs: number): StreamData {
    const rows = this.admission.release(boundUs);
    return this.#options.plan.ranked ? { ...rows, sequence: this.#ranks.next(rows.length) } : rows;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#coming.values());
    await Promise.all(this.#options.entries.map((entry) => entry.close()));
  }
}

/**
 * Computed columns without function holes hold only generated code, so they run in this thread. Where somebody hears
 * of row errors, the column of such a row is null; else they are thrown.
 */
export function computeHere(
  { computed, source }: SourcePlan,
  symbols: SymbolTable,
  onRowErrors?: (errors: readonly RowError[]) => void,
): PrepareColumns {
  const feature = `${source.plugin}.${source.name}`;
  const texts: string[] = [];
  const learn = () => {
    for (const text of symbols.textsFrom(texts.length)) texts.push(text);
  };
  const intern = (text: string) => {
    const code = symbols.intern(text);
    learn();
    return code;
  };
  const readsTexts = computed.some(({ text }) => text.manifest.readsTexts);
  const kernels = computed.map(({ text }) => {
    const failures = onRowErrors && new RowFailures(false);
    const linked = linkKernel<MapKernel>(text, {
      texts,
      intern,
      codeOf: (text) => symbols.intern(text),
      holeOf: () => undefined,
      ...(failures && { failures }),
    });
    return { text, feature, linked, failures };
  });
  return (batch, firstRow) => {
    if (readsTexts) learn();
    const { length } = batch;
    const columns = [...batch.columns];
    const made = kernels.map((kernel, index) =>
      computeColumn(kernel, { columns, reads: computed[index]!.at, length, firstRow })
    );
    const errors: RowError[] = [];
    tellFailures(kernels, { length, firstRow }, (error) => errors.push(error));
    if (errors.length > 0) onRowErrors?.(errors);
    return Promise.resolve(made);
  };
}

function required(prepare: PrepareColumns | undefined): PrepareColumns {
  if (!prepare) throw new TypeError("Cannot feed the source: its computed columns need a site");
  return prepare;
}
