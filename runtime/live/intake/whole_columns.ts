/** All columns of a source from those that are delivered: computed ones in their places. */
import type { SourcePlan } from "../../../dsl/mod.ts";
import type { Batch, ColumnData, SymbolTable } from "../../arrow/mod.ts";
import { computeHere, type PrepareColumns, type RowError } from "../../set/mod.ts";

export class WholeColumns {
  readonly #plan: SourcePlan;
  readonly #compute: PrepareColumns | undefined;
  /** Of every column of the source: its place among the delivered ones followed by the computed ones. */
  readonly #places: readonly number[];

  /** `prepare` is required if the plan says that a site computes; its row errors are told elsewhere. */
  constructor(
    plan: SourcePlan,
    symbols: SymbolTable,
    { prepare, onRowErrors }: {
      readonly prepare: PrepareColumns | undefined;
      readonly onRowErrors: (errors: readonly RowError[]) => void;
    },
  ) {
    this.#plan = plan;
    const names = [...plan.reads, ...plan.computed].map(({ name }) => name);
    this.#places = plan.source.columns.map(({ name }) => names.indexOf(name));
    if (plan.prepare && !prepare) {
      throw new TypeError(`Cannot compute columns of "${plan.source.name}": they need a site`);
    }
    this.#compute = plan.computed.length === 0
      ? undefined
      : prepare ?? computeHere(plan, symbols, onRowErrors);
  }

  /** `firstRow` is what errors call row 0. */
  async of(batch: Batch, firstRow: number): Promise<readonly ColumnData[]> {
    const computed = await this.#compute?.(batch, firstRow) ?? [];
    const all = [...batch.columns, ...computed];
    return this.#places.map((place) => all[place]!);
  }
}
