/** Generated text to functions: the only place of the program where text becomes code. */
import type { KernelText, Manifest } from "../../dsl/mod.ts";
import {
  aggregateClasses,
  compareTexts,
  createListFunction,
  createTextFunction,
  fieldPlace,
  flatListPlace,
  grow,
  listPlace,
  mapPlace,
  PackedHeap,
  PackedSlots,
  rebase,
  scalars,
  unpack,
  unwind,
  vectorPlace,
} from "../kernel/mod.ts";
import { ForeignValues } from "./foreign_values.ts";
import type { LinkOptions, MapKernel, RowKernel, TumblingKernel } from "./linked_kernel.ts";
import { keepers, storePacked } from "./packed_places.ts";
import { Reducer } from "./reducer.ts";
import { beyond, exact, holeResults, located, overflow } from "./row_error.ts";
import { warmUp } from "./warm_up.ts";

export type {
  ClosedRows,
  KernelSnapshot,
  LinkOptions,
  MapKernel,
  RowKernel,
  TumblingKernel,
} from "./linked_kernel.ts";

/** Captured while the module is evaluated: plugins run in a realm that has lost it. */
const FunctionConstructor = Function;

/** Binds the manifest and makes the kernel; a name the runtime lacks is an error here, not at a row. */
export function linkKernel<K extends RowKernel | TumblingKernel | MapKernel>(
  text: KernelText,
  options: LinkOptions,
): K {
  const { body, manifest } = text;
  const env = environmentOf(manifest, options);
  const make = new FunctionConstructor("env", body) as (bound: typeof env) => K;
  // Made-up slots are in no table of keys that could say their order.
  const kernel = make({ ...env, order: (slots) => slots.sort() });
  // A plugin's functions see real rows alone, and no text is made of what is no row.
  if (callsPlugin(manifest) || manifest.textFunctions.length > 0) return make(env);
  if ("reserve" in kernel) warmUp(kernel, text);
  return make(env);
}

function callsPlugin({ holes, aggregates, folds }: Manifest): boolean {
  return holes.length + aggregates.length + folds.length > 0;
}

/** Everything that generated text can reach. */
function environmentOf(manifest: Manifest, options: LinkOptions) {
  const { texts, order, intern = refuseText } = options;
  const heap = new PackedHeap();
  const foreign = new ForeignValues({ texts, intern, heap });
  const book = { texts, intern };
  return {
    ...aggregateClasses,
    ...holeResults(foreign),
    ...keepers(heap),
    ...{
      grow,
      unwind,
      rebase,
      overflow,
      beyond,
      exact,
      located,
      order,
      heap,
      texts,
      intern,
      foreign,
    },
    ...{ storePacked, fieldPlace, flatListPlace, listPlace, vectorPlace, mapPlace, unpack },
    PackedSlots,
    codeOf: (value: number) => value === value ? value : -1,
    compareCodes: (a: number, b: number) =>
      a === b ? 0 : compareTexts(texts[a] ?? "", texts[b] ?? ""),
    integerOf: (value: number) => foreign.integerOf(value),
    functions: manifest.functions.map(scalarOf),
    textFunctions: manifest.textFunctions.map((call) =>
      createListFunction(call, { heap, beyond }) ?? createTextFunction(call, { book, heap })
    ),
    holes: manifest.holes.map(({ plugin, hole, name }) =>
      functionOf(options.holeOf(plugin, hole), name)
    ),
    aggregates: manifest.aggregates.map(({ plugin, hole, name }) =>
      aggregateOf(options.holeOf(plugin, hole), name)
    ),
    aggregateNames: manifest.aggregates.map(({ name }) => name),
    folds: manifest.folds.map((fold) =>
      new Reducer(fold, options.holeOf(fold.plugin, fold.hole), foreign)
    ),
    types: manifest.types,
    symbols: manifest.symbols.map((text) => options.codeOf(text)),
  };
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

function aggregateOf(hole: unknown, name: string): unknown {
  const methods = (hole ?? {}) as Record<string, unknown>;
  if (["init", "add", "result"].every((method) => typeof methods[method] === "function")) {
    return hole;
  }
  throw new RangeError(`Cannot link the aggregate "${name}": it lacks init, add or result`);
}

function refuseText(): never {
  throw new RangeError("Cannot make a text: the plan was made without symbols of its own");
}
