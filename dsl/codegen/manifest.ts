/** What a generated text reads and calls besides its own state; the linker binds these and nothing else. */
import type { ValueType } from "../types.ts";

interface HoleOfPlugin {
  readonly plugin: string;
  readonly hole: number;
  readonly name: string;
}

/** A function beyond numbers, with what is bound to it once: a pattern, a zone, a separator. */
export interface TextFunction {
  readonly name: string;
  /** For each argument its constant, which is not passed; null for those passed. */
  readonly constants: readonly (string | number | boolean | null)[];
  readonly arguments: readonly ValueType[];
  readonly type: ValueType;
}

/** A reducer with all it is handed and must give. */
export interface FoldManifest extends HoleOfPlugin {
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** Fields of the row object, in the order of `reads`; a path of two is a joined row's. */
  readonly row: readonly { readonly path: readonly string[]; readonly type: ValueType }[];
  /** For each field its place among the kernel's inputs; -1 is the row's time. */
  readonly reads: readonly number[];
  readonly outputs: readonly { readonly name: string; readonly type: ValueType }[];
}

export interface Manifest {
  /** Built-in scalar functions, bound as `f0`, `f1`, … */
  readonly functions: readonly string[];
  /** Functions over texts, bound as `e0`, `e1`, … */
  readonly textFunctions: readonly TextFunction[];
  /** Function holes, bound as `h0`, `h1`, … */
  readonly holes: readonly HoleOfPlugin[];
  /** Aggregates of the user's, bound as `g0`, `g1`, … */
  readonly aggregates: readonly HoleOfPlugin[];
  /** Reducers, each with the states of its keys. */
  readonly folds: readonly FoldManifest[];
  /** String literals, bound as symbol codes `k0`, `k1`, … */
  readonly symbols: readonly string[];
  /** Types of packed values, bound as `m0`, `m1`, … */
  readonly types: readonly ValueType[];
  /** True when the text reads the texts of symbols (string arguments of holes). */
  readonly readsTexts: boolean;
}

/** Collects a manifest while text is written, one entry per distinct thing. */
export class ManifestBuilder {
  readonly #plugin: string;
  readonly #functions: string[] = [];
  readonly #textFunctions: TextFunction[] = [];
  readonly #holes: HoleOfPlugin[] = [];
  readonly #aggregates: HoleOfPlugin[] = [];
  readonly #folds: FoldManifest[] = [];
  readonly #symbols: string[] = [];
  readonly #types: ValueType[] = [];
  #readsTexts = false;

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  functionSlot(name: string): string {
    return "f" + indexIn(this.#functions, name);
  }

  textFunctionSlot(name: string, options: Omit<TextFunction, "name">): string {
    this.#readsTexts = true;
    return "e" + indexIn(this.#textFunctions, { name, ...options });
  }

  symbolSlot(text: string): string {
    return "k" + indexIn(this.#symbols, text);
  }

  typeSlot(type: ValueType): string {
    return "m" + indexIn(this.#types, type);
  }

  holeSlot(hole: number, name: string): string {
    return "h" + this.#slotIn(this.#holes, hole, name);
  }

  aggregateSlot(hole: number, name: string): string {
    return "g" + this.#slotIn(this.#aggregates, hole, name);
  }

  /** The fold's place among those the linker makes. */
  foldPlace(fold: Omit<FoldManifest, "plugin">): number {
    this.#readsTexts = true;
    return this.#folds.push({ plugin: this.#plugin, ...fold }) - 1;
  }

  readTexts(): void {
    this.#readsTexts = true;
  }

  build(): Manifest {
    return {
      functions: this.#functions,
      textFunctions: this.#textFunctions,
      holes: this.#holes,
      aggregates: this.#aggregates,
      folds: this.#folds,
      symbols: this.#symbols,
      types: this.#types,
      readsTexts: this.#readsTexts,
    };
  }

  #slotIn(list: HoleOfPlugin[], hole: number, name: string): number {
    const found = list.findIndex((entry) => entry.hole === hole);
    return found >= 0 ? found : list.push({ plugin: this.#plugin, hole, name }) - 1;
  }
}

/** Entries are plain data: equal ones are one. */
function indexIn<T>(list: T[], item: T): number {
  const text = JSON.stringify(item);
  const found = list.findIndex((known) => JSON.stringify(known) === text);
  return found >= 0 ? found : list.push(item) - 1;
}
