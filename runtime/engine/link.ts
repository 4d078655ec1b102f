/** Generated text to functions: the only place of the program where text becomes code. */
import type { KernelText } from "../../dsl/mod.ts";
import type { ColumnData } from "../arrow/mod.ts";
import { DistinctCounts, grow, rebase, scalars, SortedValues, unwind } from "../kernel/mod.ts";
import {
  exact,
  holeResultBool,
  holeResultF32,
  holeResultI32,
  holeResultI64,
  holeResultNumber,
  holeResultTime,
  located,
  overflow,
} from "./row_error.ts";
import type { NumberColumn } from "./stream_data.ts";
import { warmUp } from "./warm_up.ts";

/** Captured while the module is evaluated: plugins run in a realm that has lost it. */
const FunctionConstructor = Function;

type Slots = Int32Array<ArrayBuffer>;

/** A feature's loop over rows and queries; see `dsl/codegen/kernel_text.ts`. */
export interface RowKernel {
  reserve(slots: number): void;
  /** Returns how many rows came out. */
  process(
    n: number,
    time: NumberColumn,
    sequence: NumberColumn,
    slots: Slots,
    reads: readonly ColumnData[],
    outputs: readonly ColumnData[],
    selected: Slots | undefined,
    m: number,
    queryTime: NumberColumn,
    querySequence: NumberColumn,
    querySlots: Slots,
    answers: readonly ColumnData[],
  ): number;
}

/** Rows of windows that closed. */
export interface ClosedRows {
  readonly time: NumberColumn;
  readonly slot: Slots;
  readonly columns: readonly ColumnData[];
}

export interface TumblingKernel {
  reserve(slots: number): void;
  process(
    n: number,
    time: NumberColumn,
    sequence: NumberColumn,
    slots: Slots,
    reads: readonly ColumnData[],
    untilUs: number,
    m: number,
    queryTime: NumberColumn,
    querySequence: NumberColumn,
    querySlots: Slots,
    answers: readonly ColumnData[],
  ): ClosedRows;
}

export interface MapKernel {
  process(
    n: number,
    time: NumberColumn,
    reads: readonly ColumnData[],
    outputs: readonly ColumnData[],
  ): void;
}

/** What a text may reach besides itself. */
export interface LinkOptions {
  readonly texts: readonly string[];
  codeOf(text: string): number;
  holeOf(plugin: string, hole: number): unknown;
  /** Sorts slots by their keys; for kernels that emit in key order. */
  order?(slots: Slots): void;
}

/** Binds the manifest and makes the kernel; a name the runtime lacks is an error here, not at a row. */
export function linkKernel<K extends RowKernel | TumblingKernel | MapKernel>(
  text: KernelText,
  options: LinkOptions,
): K {
  const { body, manifest } = text;
  const env = {
    grow,
    unwind,
    rebase,
    overflow,
    exact,
    codeOf: (value: number) => value === value ? value : -1,
    holeResultNumber,
    holeResultBool,
    holeResultI32,
    holeResultI64,
    holeResultF32,
    holeResultTime,
    located,
    SortedValues,
    DistinctCounts,
    texts: options.texts,
    order: options.order,
    functions: manifest.functions.map(scalarOf),
    holes: manifest.holes.map(({ plugin, hole, name }) =>
      functionOf(options.holeOf(plugin, hole), name)
    ),
    symbols: manifest.symbols.map((text) => options.codeOf(text)),
  };
  const make = new FunctionConstructor("env", body) as (bound: typeof env) => K;
  const kernel = make(env);
  // A plugin's functions see real rows alone.
  if (manifest.holes.length > 0 || !("reserve" in kernel)) return kernel;
  warmUp(kernel, text);
  return make(env);
}

function scalarOf(name: string): (...args: number[]) => number {
  const body = Object.hasOwn(scalars, name) ? scalars[name] : undefined;
  if (!body) throw new RangeError(`Cannot link "${name}": the runtime has no such function`);
  return body;
}

function functionOf(hole: unknown, name: string): unknown {
  if (typeof hole === "function") return hole;
  throw new RangeError(`Cannot link the hole "${name}": it is no function`);
}
