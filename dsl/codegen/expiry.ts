/** `ttl`: a key whose last row is too old is forgotten, by event times alone. */
import { quoteNumber } from "./quote.ts";
import type { StateWriter } from "./state.ts";

/** When each key's last row came; without a `ttl` all texts are as if there were none. */
export class Expiry {
  readonly #ttlUs: number | undefined;
  readonly #last: string;

  constructor(state: StateWriter, ttlUs: number | undefined) {
    this.#ttlUs = ttlUs;
    this.#last = ttlUs === undefined ? "" : state.perSlot("h", "-Infinity");
  }

  /** Before anything reads the key's state: rows that left by `t` go, then the key if it is too old. */
  beforeRow(expire: string, forget: string): string {
    if (this.#ttlUs === undefined || forget === "") return "";
    return `${expire}\nif (${this.#isOver("k")}) { ${forget} }`;
  }

  afterRow(): string {
    return this.#ttlUs === undefined ? "" : `${this.#last}[k] = t;`;
  }

  /** The statements, standing at slot 0, which no key has, where the key is too old. */
  atQuery(statements: string): string {
    if (this.#ttlUs === undefined) return statements;
    return `const q = k;\n{\nconst k = ${this.#isOver("q")} ? 0 : q;\n${statements}\n}`;
  }

  /** True at a query whose key is too old. */
  isOver(): string {
    return this.#ttlUs === undefined ? "false" : this.#isOver("k");
  }

  #isOver(slot: string): string {
    return `${this.#last}[${slot}] < t - ${quoteNumber(this.#ttlUs ?? Infinity)}`;
  }
}
