/** Kernels of hand-made expressions, run over rows and queries in as many calls as a test likes. */
import type { KernelText } from "../../../dsl/codegen/mod.ts";
import type { AggregateName, Expression, Window } from "../../../dsl/typed_ast.ts";
import { isNested, storageOf, type ValueType } from "../../../dsl/types.ts";
import { type ColumnData, createColumn, isPacked } from "../../../runtime/engine/column.ts";
import { linkKernel, type RowKernel, type TumblingKernel } from "../../../runtime/engine/link.ts";
import { withWords } from "../../../runtime/engine/packed_places.ts";
import { ForeignValues } from "../../../runtime/engine/foreign_values.ts";
import { PackedHeap } from "../../../runtime/kernel/mod.ts";

export const F64: ValueType = { kind: "f64" };
export const I64: ValueType = { kind: "i64" };
export const STRING: ValueType = { kind: "string" };

export interface Row {
  readonly t: number;
  /** The slot; queries may ask 0, a key never seen. */
  readonly k: number;
  readonly s?: number;
  readonly [column: string]: unknown;
}

export interface Ran {
  /** Rows out as [time, slot, …values]. */
  readonly rows: unknown[][];
  readonly answers: unknown[][];
}

export function column(
  name: string,
  type: ValueType = F64,
): Extract<Expression, { kind: "column" }> {
  return { kind: "column", type, from: -1, name };
}

export function aggregate(
  name: AggregateName,
  operand: Expression | undefined,
  window: Window,
  more: Partial<Extract<Expression, { kind: "aggregate" }>> = {},
): Expression {
  const type = name === "count" ? I64 : operand?.type ?? F64;
  return { kind: "aggregate", type, name, window, ...(operand ? { operand } : {}), ...more };
}

/** A kernel's texts and states, kept over restarts: what a site keeps. */
export class KernelRun {
  readonly texts: string[] = [];
  readonly #text: KernelText;
  readonly #holes: readonly unknown[];
  #kernel: RowKernel | TumblingKernel;

  constructor(text: KernelText, holes: readonly unknown[] = []) {
    this.#text = text;
    this.#holes = holes;
    this.#kernel = this.#link();
  }

  /** One call; `until` is what no later row is below. */
  call(rows: readonly Row[], queries: readonly Row[] = [], until = Infinity): Ran {
    this.#kernel.reserve(1 + Math.max(0, ...[...rows, ...queries].map(({ k }) => k)));
    const reads = this.#text.inputs.map(({ name, type }) =>
      this.columnOf(type, rows.map((row) => row[name] ?? null))
    );
    const answers = this.#text.outputs.map(({ type }) => createColumn(type, queries.length));
    const place = (list: readonly Row[], last: number) =>
      [
        Float64Array.from(list, ({ t }) => t),
        Float64Array.from(list, ({ s }) => s ?? last),
        Int32Array.from(list, ({ k }) => k),
      ] as const;
    const asked = [queries.length, ...place(queries, Infinity), answers] as const;
    const [times, sequences, slots] = place(rows, 0);
    if (this.#text.emits) {
      const closed = (this.#kernel as TumblingKernel)
        .process(rows.length, times, sequences, slots, reads, until, ...asked);
      const columns = closed.columns.map((values, j): ColumnData =>
        isNested(this.#text.outputs[j]!.type)
          ? { starts: values as Int32Array<ArrayBuffer>, words: new Float64Array(0) }
          : values
      );
      const [out, answered] = withWords([columns, answers], () => this.#kernel.words());
      return {
        rows: [...closed.time].map((t, i) => [t, closed.slot[i], ...this.#cells(out, i)]),
        answers: queries.map((_, i) => this.#cells(answered, i)),
      };
    }
    const outputs = this.#text.outputs.map(({ type }) => createColumn(type, rows.length));
    const selected = new Int32Array(rows.length);
    const count = (this.#kernel as RowKernel)
      .process(rows.length, times, sequences, slots, reads, outputs, selected, ...asked);
    const [out, answered] = withWords([outputs, answers], () => this.#kernel.words());
    return {
      rows: Array.from({ length: count }, (_, o) => {
        const i = this.#text.selects ? selected[o]! : o;
        return [times[i], slots[i], ...this.#cells(out, o)];
      }),
      answers: queries.map((_, i) => this.#cells(answered, i)),
    };
  }

  /** Goes on in a new instance with a copy of the state. */
  restart(): void {
    const snapshot = structuredClone(this.#kernel.snapshot());
    this.#kernel = this.#link();
    this.#kernel.restore(snapshot);
  }

  columnOf(type: ValueType, values: readonly unknown[]): ColumnData {
    const heap = new PackedHeap();
    const foreign = new ForeignValues({
      texts: this.texts,
      intern: (text) => this.#intern(text),
      heap,
    });
    const words = values.map((value) => foreign.wordOf(type, value, "a cell"));
    if (isNested(type)) {
      return { starts: Int32Array.from(words, (word) => word - 1), words: heap.words };
    }
    return storageOf(type) === "symbol" ? Int32Array.from(words) : Float64Array.from(words);
  }

  #cells(columns: readonly ColumnData[], i: number): unknown[] {
    const foreign = new ForeignValues({
      texts: this.texts,
      intern: (text) => this.#intern(text),
      heap: new PackedHeap(),
    });
    return columns.map((column, j) => {
      const { type } = this.#text.outputs[j]!;
      return isPacked(column)
        ? foreign.valueOf(type, column.starts[i]! + 1, column.words)
        : foreign.valueOf(type, column[i]!, new Float64Array(0));
    });
  }

  #link(): RowKernel | TumblingKernel {
    return linkKernel<RowKernel | TumblingKernel>(this.#text, {
      texts: this.texts,
      codeOf: (text) => this.#intern(text),
      intern: (text) => this.#intern(text),
      holeOf: (_plugin, hole) => this.#holes[hole],
      order: (slots) => void slots.sort(),
    });
  }

  #intern(text: string): number {
    const known = this.texts.indexOf(text);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }
}

/** What a kernel wants to know besides its outputs. */
export const REQUEST = {
  plugin: "p",
  time: "ts",
  where: undefined,
  wantsRows: true,
  wantsAnswers: true,
  dropsNullKeys: false,
};

/** Outputs by name, typed as their expressions. */
export function outputs(
  expressions: Readonly<Record<string, Expression>>,
): { name: string; type: ValueType; expression: Expression }[] {
  return Object.entries(expressions).map(([name, expression]) => ({
    name,
    type: expression.type,
    expression,
  }));
}
