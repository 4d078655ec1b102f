/**
 * The state a generated kernel owns: typed arrays indexed by slot (a key's dense number in this
 * partition), by log position, or per slot and ring place. Functions of the kernel read them through local
 * constants, because a closure variable costs a load at every use.
 */
import { slotName } from "./quote.ts";

type Element = "Float64Array" | "Int32Array";

interface StateArray {
  readonly name: string;
  readonly element: Element;
  readonly fill: string;
  /** Elements per slot; 0 for arrays of the row log. */
  readonly perSlot: number;
  /** True if the elements are positions of the row log, which move when the log grows. */
  readonly isPosition: boolean;
}

/** Declares state and writes the text that declares, grows and hoists it. */
export class StateWriter {
  readonly #arrays: StateArray[] = [];
  readonly #objects: { name: string; make: string }[] = [];
  #count = 0;

  perSlot(prefix: string, fill: string, element: Element = "Float64Array", perSlot = 1): string {
    return this.#add(prefix, { element, fill, perSlot, isPosition: false });
  }

  perLogRow(prefix: string, element: Element = "Float64Array"): string {
    return this.#add(prefix, { element, fill: "0", perSlot: 0, isPosition: false });
  }

  /** Positions of the row log, -1 for none; one per slot. */
  positionPerSlot(prefix: string): string {
    return this.#add(prefix, { element: "Int32Array", fill: "-1", perSlot: 1, isPosition: true });
  }

  /** Positions of the row log, one per row of the log. */
  positionPerLogRow(prefix: string): string {
    return this.#add(prefix, { element: "Int32Array", fill: "-1", perSlot: 0, isPosition: true });
  }

  /** A value made once, such as a hash table. */
  object(prefix: string, make: string): string {
    const name = this.#name(prefix);
    this.#objects.push({ name, make });
    return name;
  }

  /** The capital keeps state apart from inputs, holes and computed values. */
  #name(prefix: string): string {
    return slotName("S" + prefix, this.#count++);
  }

  #add(prefix: string, shape: Omit<StateArray, "name">): string {
    const name = this.#name(prefix);
    this.#arrays.push({ name, ...shape });
    return name;
  }

  declarations(): string {
    return [
      ...this.#arrays.map(({ name, element }) => `let $${name} = new ${element}(0);`),
      ...this.#objects.map(({ name, make }) => `const ${name} = ${make};`),
    ].join("\n");
  }

  /** Statements at the head of every function of the kernel. */
  hoist(): string {
    return this.#arrays.map(({ name }) => `const ${name} = $${name};`).join("\n");
  }

  /** Statements that grow the per-slot arrays to `to` slots. */
  growSlots(): string {
    return this.#arrays.filter(({ perSlot }) => perSlot > 0)
      .map(({ name, fill, perSlot }) => `$${name} = grow($${name}, to * ${perSlot}, ${fill});`)
      .join("\n");
  }

  /** Statements that copy the log to `to` rows, its first row at place 0. */
  growLog(): string {
    return this.#arrays.map(({ name, perSlot, isPosition }) => {
      if (perSlot === 0) {
        return `$${name} = unwind($${name}, $first, $mask, $count, to, ${isPosition});`;
      }
      return isPosition ? `rebase($${name}, $first, $mask);` : "";
    }).filter((line) => line !== "").join("\n");
  }

  hasLog(): boolean {
    return this.#arrays.some(({ perSlot }) => perSlot === 0);
  }

  bytesPerSlot(): number {
    return this.#arrays.reduce(
      (sum, { element, perSlot }) => sum + perSlot * (element === "Float64Array" ? 8 : 4),
      0,
    );
  }

  bytesPerLogRow(): number {
    return this.#arrays.filter(({ perSlot }) => perSlot === 0)
      .reduce((sum, { element }) => sum + (element === "Float64Array" ? 8 : 4), 0);
  }
}
