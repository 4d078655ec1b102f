/**
 * The symbols of one partition of a site.
 *
 * Y1 Where no kernel of the plan makes texts, symbols are the host's everywhere and only the host tells texts.
 * Y2 Else every site has a table of its own: rows are translated as they come in, and each frame that leaves tells
 *    the texts its consumer has not heard of yet.
 */
import type { ValueType } from "../../dsl/types.ts";
import { hashText } from "../arrow/symbols.ts";
import type { Frame } from "./frames.ts";
import { KeptTexts, type TextBytes, textsIn } from "./kept_texts.ts";
import { ForgedRows, holdsSymbols, translateColumn } from "./translate.ts";

/** What a site must know to go on with its neighbours where it is. */
export interface SymbolsSnapshot {
  readonly texts: readonly string[];
  readonly translations: ReadonlyMap<string, Int32Array<ArrayBuffer>>;
  readonly told: ReadonlyMap<string, number>;
}

export class SiteSymbols {
  /** Texts by code; grows in place. */
  readonly texts: string[] = [];
  readonly #isOwn: boolean;
  readonly #codes = new Map<string, number>();
  /** By producer: its codes to ours. */
  readonly #translations = new Map<string, Int32Array<ArrayBuffer>>();
  /** By consumer: how many texts it has heard of. */
  readonly #told = new Map<string, number>();
  #hashes = new Int32Array(256);
  #hashed = 0;
  readonly #kept = new KeptTexts(this.texts);

  constructor(isOwn: boolean) {
    this.#isOwn = isOwn;
  }

  /** The code of a text, a new one if need be; only for a table of its own. */
  intern(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const wellFormed = text.toWellFormed();
    const code = wellFormed === text ? this.texts.push(text) - 1 : this.intern(wellFormed);
    this.#codes.set(text, code);
    return code;
  }

  /** Hashes of all texts by code; the array is replaced when it grows. */
  hashes(): Int32Array {
    if (this.texts.length > this.#hashes.length) {
      const larger = new Int32Array(this.texts.length * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    for (; this.#hashed < this.texts.length; this.#hashed++) {
      this.#hashes[this.#hashed] = hashText(this.texts[this.#hashed]!);
    }
    return this.#hashes;
  }

  /** The frame with symbols of this site; `types` are those of the batch's columns from place `skipped` on. */
  take(
    frame: Frame,
    producer: string,
    { types, skipped }: { readonly types: readonly ValueType[]; readonly skipped: number },
  ): Frame {
    if (!this.#isOwn) {
      if (frame.symbols && producer === "host") this.#learn(frame.symbols);
      return frame;
    }
    const translation = this.#translationOf(producer, frame.symbols);
    const { length, columns } = frame.batch;
    const taken = columns.map((column, place) => {
      const type = types[place - skipped];
      return type && holdsSymbols(type) ? translateColumn(column, type, translation) : column;
    });
    return { ...frame, batch: { length, columns: taken } };
  }

  /** The frame with the texts that its consumer has not heard of. */
  tell(frame: Frame, consumer: string): Frame {
    if (!this.#isOwn) return frame;
    const first = this.#told.get(consumer) ?? 0;
    if (first === this.texts.length) return frame;
    this.#told.set(consumer, this.texts.length);
    return { ...frame, symbols: { first, texts: this.texts.slice(first) } };
  }

  snapshot(): SymbolsSnapshot {
    return {
      texts: this.texts.slice(),
      translations: new Map(
        [...this.#translations].map(([producer, codes]) => [producer, codes.slice()]),
      ),
      told: new Map(this.#told),
    };
  }

  /** The texts of a table of its own; of another's, the host tells them anew. */
  keptTexts(): TextBytes | undefined {
    return this.#isOwn ? this.#kept.snapshot() : undefined;
  }

  /** Gives the texts their codes again; only before anything was interned. */
  restoreTexts(kept: TextBytes): void {
    for (const text of textsIn(kept)) this.intern(text);
  }

  /** Only before anything was interned. */
  restore({ texts, translations, told }: SymbolsSnapshot): void {
    for (const text of texts) {
      if (this.#isOwn) this.intern(text);
      else this.texts.push(text);
    }
    for (const [producer, codes] of translations) this.#translations.set(producer, codes.slice());
    for (const [consumer, count] of told) this.#told.set(consumer, count);
  }

  #learn({ first, texts }: NonNullable<Frame["symbols"]>): void {
    for (let i = 0; i < texts.length; i++) this.texts[first + i] = texts[i]!;
  }

  #translationOf(producer: string, symbols: Frame["symbols"]): Int32Array<ArrayBuffer> {
    const known = this.#translations.get(producer) ?? new Int32Array(0);
    if (!symbols || symbols.texts.length === 0) return known;
    const { first, texts } = symbols;
    if (first !== known.length) throw new ForgedRows("texts were made known out of order");
    const longer = lengthened(known, first + texts.length);
    texts.forEach((text, i) => {
      longer[first + i] = this.intern(text);
    });
    this.#translations.set(producer, longer);
    return longer;
  }
}

/** The same array with room for more; its buffer has some to spare. */
export function lengthened(
  codes: Int32Array<ArrayBuffer>,
  length: number,
): Int32Array<ArrayBuffer> {
  if (length * 4 <= codes.buffer.byteLength) return new Int32Array(codes.buffer, 0, length);
  const longer = new Int32Array(length * 2).subarray(0, length);
  longer.set(codes);
  return longer;
}
