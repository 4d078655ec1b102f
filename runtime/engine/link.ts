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
import { located } from "./row_error.ts";
import { refusalsOf } from "./row_failures.ts";
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

type Environment = ReturnType<typeof environmentOf>;

type Factory = (bound: Environment) => RowKernel | TumblingKernel | MapKernel;

/** A text is compiled once, however many kernels are made of it. */
const factories = new WeakMap<KernelText, Factory>();

/** Binds the manifest and makes the kernel; a name the runtime lacks is an error here, not at a row. */
export function linkKernel<K extends RowKernel | TumblingKernel | MapKernel>(
  text: KernelText,
  options: LinkOptions,
): K {
  let make = factories.get(text);
  if (!make) {
    make = new FunctionConstructor("env", text.body) as Factory;
    warmUpOnce(make, text, options);
    factories.set(text, make);
  }
  return make(environmentOf(text.manifest, options)) as K;
}

/** A plugin's functions see real rows alone, and no text is made of what is no row. */
function warmUpOnce(make: Factory, text: KernelText, options: LinkOptions): void {
  const { manifest } = text;
  if (callsPlugin(manifest) || manifest.textFunctions.length > 0) return;
  // Made-up slots are in no table of keys that could say their order, and made-up rows fail nobody.
  const { failures: _failures, ...others } = options;
  const env = environmentOf(manifest, { ...others, order: (slots) => void slots.sort() });
  const kernel = make(env);
  if ("reserve" in kernel) warmUp(kernel, text);
}

function callsPlugin({ holes, aggregates, folds }: Manifest): boolean {
  return holes.length + aggregates.length + folds.length > 0;
}

/** Everything that generated text can reach. */
function environmentOf(manifest: Manifest, options: LinkOptions) {
  const { texts, order, intern = refuseText, failures } = options;
  const heap = new PackedHeap();
  const foreign = new ForeignValues({ texts, intern, heap });
  const book = { texts, intern };
  const refusals = refusalsOf(foreign, failures);
  return {
    ...aggregateClasses,
    ...refusals,
    ...keepers(heap),
    ...{ grow, unwind, rebase, located, order, heap, texts, intern, foreign },
    ...{ storePacked, fieldPlace, flatListPlace, listPlace, vectorPlace, mapPlace, unpack },
    PackedSlots,
    codeOf: (value: number) => value === value ? value : -1,
    compareCodes: (a: number, b: number) =>
      a === b ? 0 : compareTexts(texts[a] ?? "", texts[b] ?? ""),
    integerOf: (value: number) => foreign.integerOf(value),
    functions: manifest.functions.map(scalarOf),
    textFunctions: manifest.textFunctions.map((call) =>
      createListFunction(call, { heap, beyond: refusals.beyond }) ??
        createTextFunction(call, { book, heap })
    ),
    holes: manifest.holes.map(({ plugin, hole, name }) => {
      const call = functionOf(options.holeOf(plugin, hole), name);
      return failures ? failures.guard(call, null) : call;
    }),
    aggregates: manifest.aggregates.map(({ plugin, hole, name }) =>
      aggregateOf(options.holeOf(plugin, hole), name)
    ),
    aggregateNames: manifest.aggregates.map(({ name }) => name),
    folds: manifest.folds.map((fold) =>
      new Reducer(fold, options.holeOf(fold.plugin, fold.hole), { foreign, failures })
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

function functionOf(hole: unknown, name: string): (...args: unknown[]) => unknown {
  if (typeof hole === "function") return hole as (...args: unknown[]) => unknown;
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
