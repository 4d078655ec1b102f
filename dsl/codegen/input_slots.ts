/** The columns a text reads. */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import type { PackedLeaf } from "./expression.ts";
import { slotName } from "./quote.ts";

/** A column of the input (`from: -1`) or of a join's answers. */
export interface KernelInput {
  readonly from: number;
  readonly name: string;
  readonly isSymbol: boolean;
  readonly type: ValueType;
}

type ColumnRead = Extract<Expression, { kind: "column" }>;

/** Numbers the columns a text reads. */
export class InputSlots {
  readonly list: KernelInput[] = [];
  usesTime = false;
  readonly #time: string;

  constructor(time: string) {
    this.#time = time;
  }

  read(column: ColumnRead): string | PackedLeaf {
    if (this.isTime(column)) {
      this.usesTime = true;
      return "t";
    }
    const name = slotName("c", this.place(column));
    if (storageOf(column.type) !== "packed") return `${name}[i]`;
    return { text: `${name}[i] + 1`, words: `${name}w`, whole: true };
  }

  isTime({ from, name }: ColumnRead): boolean {
    return from === -1 && name === this.#time;
  }

  /** The column's place among the inputs. */
  place({ from, name, type }: ColumnRead): number {
    const found = this.list.findIndex((slot) => slot.from === from && slot.name === name);
    if (found >= 0) return found;
    return this.list.push({ from, name, isSymbol: storageOf(type) === "symbol", type }) - 1;
  }

  hoist(): string {
    return this.list.map(({ type }, index) => {
      const name = slotName("c", index);
      return storageOf(type) === "packed"
        ? `const ${name} = I[${index}].starts, ${name}w = I[${index}].words;`
        : `const ${name} = I[${index}];`;
    }).join(" ");
  }
}
