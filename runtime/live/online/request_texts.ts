/** Texts that requests bring along. */
import { NULL_SYMBOL, type SymbolTable } from "../../arrow/mod.ts";
import { FeaturizerError } from "../../errors.ts";

const MOST_BYTES = 64 * 2 ** 20;
/** What a text costs beside its characters. */
const BYTES_PER_TEXT = 64;

/**
 * Gives texts of requests a code. Codes are never taken back, so all of them together have a bound; one that some
 * row held already costs nothing.
 */
export class RequestTexts {
  readonly #symbols: SymbolTable;
  #left: number;

  constructor(symbols: SymbolTable, mostBytes: number = MOST_BYTES) {
    this.#symbols = symbols;
    this.#left = mostBytes;
  }

  /** @throws FeaturizerError if the text is new and there is no room left. */
  keep(text: string, feature: string): void {
    if (this.#symbols.find(text) !== NULL_SYMBOL) return;
    const bytes = 2 * text.length + BYTES_PER_TEXT;
    if (bytes > this.#left) {
      throw new FeaturizerError(`Cannot read "${feature}": requests brought too many new texts`, {
        code: "REQUEST_TEXTS_FULL",
        hint: "Bring numbers or texts of a few values; a restart forgets those that were brought.",
      });
    }
    this.#left -= bytes;
    this.#symbols.intern(text);
  }
}
