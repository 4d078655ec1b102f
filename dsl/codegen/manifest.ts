/** What a generated text reads and calls besides its own state; the linker binds these and nothing else. */
export interface Manifest {
  /** Built-in scalar functions, bound as `f0`, `f1`, … */
  readonly functions: readonly string[];
  /** Function holes, bound as `h0`, `h1`, … */
  readonly holes: readonly {
    readonly plugin: string;
    readonly hole: number;
    readonly name: string;
  }[];
  /** String literals, bound as symbol codes `k0`, `k1`, … */
  readonly symbols: readonly string[];
  /** True when the text reads the texts of symbols (string arguments of holes). */
  readonly readsTexts: boolean;
}

/** Collects a manifest while text is written, one entry per distinct thing. */
export class ManifestBuilder {
  readonly #plugin: string;
  readonly #functions: string[] = [];
  readonly #holes: { plugin: string; hole: number; name: string }[] = [];
  readonly #symbols: string[] = [];
  #readsTexts = false;

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  functionSlot(name: string): string {
    return "f" + indexIn(this.#functions, name);
  }

  symbolSlot(text: string): string {
    return "k" + indexIn(this.#symbols, text);
  }

  holeSlot(hole: number, name: string): string {
    const found = this.#holes.findIndex((entry) => entry.hole === hole);
    if (found >= 0) return "h" + found;
    this.#holes.push({ plugin: this.#plugin, hole, name });
    return "h" + (this.#holes.length - 1);
  }

  readTexts(): void {
    this.#readsTexts = true;
  }

  build(): Manifest {
    return {
      functions: this.#functions,
      holes: this.#holes,
      symbols: this.#symbols,
      readsTexts: this.#readsTexts,
    };
  }
}

function indexIn(list: string[], item: string): number {
  const found = list.indexOf(item);
  return found >= 0 ? found : list.push(item) - 1;
}
