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
  /** True if the elements are handles of packed values, released with their rows. */
  readonly isHandle?: boolean;
  /** The groups whose sub-slots index the array; undefined for slots and rows. */
  readonly groups: string | undefined;
}

/** What a writer and those of its groups add to. */
interface Declared {
  readonly arrays: StateArray[];
  readonly objects: { name: string; make: string }[];
  readonly groups: string[];
  readonly functions: StateFunction[];
  count: number;
  bytesPerValue: number;
  pool?: string;
}

/** A function of the kernel that reads state. */
export interface StateFunction {
  readonly name: string;
  readonly parameters: string;
  readonly body: string;
}

/** Declares state and writes the text that declares, grows and hoists it. */
export class StateWriter {
  readonly #declared: Declared;
  readonly #groups: string | undefined;

  /** Of a kernel; `groups` is for `inGroups`. */
  constructor(groups?: { readonly name: string; readonly declared: Declared }) {
    this.#groups = groups?.name;
    this.#declared = groups?.declared ??
      { arrays: [], objects: [], groups: [], functions: [], count: 0, bytesPerValue: 0 };
  }

  /** A writer whose arrays per slot have an element per sub-slot of the `CategoryGroups` of that name. */
  inGroups(name: string): StateWriter {
    if (!this.#declared.groups.includes(name)) this.#declared.groups.push(name);
    return new StateWriter({ name, declared: this.#declared });
  }

  /** Declares a function over the state; gives its name. */
  addFunction(prefix: string, parameters: string, body: string): string {
    const name = this.#name(prefix);
    this.#declared.functions.push({ name, parameters, body });
    return name;
  }

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

  /** Handles of packed values, one per row of the log. */
  handlePerLogRow(prefix: string): string {
    return this.#add(prefix, {
      element: "Float64Array",
      fill: "NaN",
      perSlot: 0,
      isPosition: false,
      isHandle: true,
    });
  }

  /** The packed values of all rows that windows keep. */
  packedPool(): string {
    return this.#declared.pool ??= this.object("pp", "new env.PackedPool()");
  }

  /** A value made once, such as a hash table; `bytesPerValue` is what it takes for each value in a window. */
  object(prefix: string, make: string, bytesPerValue = 0): string {
    const name = this.#name(prefix);
    this.#declared.bytesPerValue += bytesPerValue;
    this.#declared.objects.push({ name, make });
    return name;
  }

  /** The capital keeps state apart from inputs, holes and computed values. */
  #name(prefix: string): string {
    return slotName("S" + prefix, this.#declared.count++);
  }

  #add(prefix: string, shape: Omit<StateArray, "name" | "groups">): string {
    const name = this.#name(prefix);
    const groups = shape.perSlot > 0 ? this.#groups : undefined;
    this.#declared.arrays.push({ name, ...shape, groups });
    return name;
  }

  declarations(): string {
    return [
      ...this.#declared.arrays.map(({ name, element }) => `let $${name} = new ${element}(0);`),
      ...this.#declared.objects.map(({ name, make }) => `const ${name} = ${make};`),
      ...this.#declared.groups.map((name) => `let $room${name} = 0;`),
      ...this.#declared.functions.map((text) => this.#functionText(text)),
    ].join("\n");
  }

  /** Statements at the head of every function of the kernel. */
  hoist(): string {
    return this.#declared.arrays.map(({ name }) => `const ${name} = $${name};`).join("\n");
  }

  /** A function holds what its text names. */
  #functionText({ name, parameters, body }: StateFunction): string {
    const words = new Set(body.match(/[A-Za-z_$][\w$]*/g));
    const held = this.#declared.arrays.filter((array) => words.has(array.name))
      .map((array) => `const ${array.name} = $${array.name};`);
    return [`function ${name}(${parameters}) {`, ...held, body, "}"].join("\n");
  }

  /** Statements that make room for as many new sub-slots as there are rows, before `hoist`. */
  growGroups(rows: string): string {
    return this.#declared.groups.map((groups) => {
      const arrays = this.#declared.arrays.filter((array) => array.groups === groups);
      const room = `$room${groups}`;
      return [
        `if (${groups}.used + ${rows} > ${room}) {`,
        `const to = Math.max(${groups}.used + ${rows}, ${room} * 2, 16);`,
        ...arrays.map(({ name, fill, perSlot }) =>
          `$${name} = grow($${name}, to * ${perSlot}, ${fill});`
        ),
        `${room} = to;`,
        "}",
      ].join("\n");
    }).join("\n");
  }

  /** Statements that grow the per-slot arrays to `to` slots. */
  growSlots(): string {
    return this.#declared.arrays.filter(({ perSlot, groups }) => perSlot > 0 && !groups)
      .map(({ name, fill, perSlot }) => `$${name} = grow($${name}, to * ${perSlot}, ${fill});`)
      .join("\n");
  }

  /** Statements that copy the log to `to` rows, its first row at place 0. */
  growLog(): string {
    return this.#declared.arrays.map(({ name, perSlot, isPosition, isHandle }) => {
      if (perSlot === 0) {
        const release = isHandle
          ? `${this.packedPool()}.releaseOutside($${name}, $first, $count); `
          : "";
        return `${release}$${name} = unwind($${name}, $first, $mask, $count, to, ${isPosition});`;
      }
      return isPosition ? `rebase($${name}, $first, $mask);` : "";
    }).filter((line) => line !== "").join("\n");
  }

  /** Functions that give all state as structured-cloneable data, and take it back; `plain` are plain numbers. */
  snapshotText(plain: readonly string[]): string {
    const variables = [...plain, ...this.#declared.groups.map((name) => `$room${name}`)];
    const arrays = this.#declared.arrays.map(({ name }) => `$${name}`);
    return [
      "function snapshot() {",
      `return { numbers: [${variables.join(", ")}], arrays: [${
        arrays.map((name) => `${name}.slice()`).join(", ")
      }], objects: [${
        this.#declared.objects.map(({ name }) => `${name}.snapshot()`).join(", ")
      }] };`,
      "}",
      "function restore({ numbers, arrays, objects }) {",
      ...variables.map((name, index) => `${name} = numbers[${index}];`),
      ...arrays.map((name, index) => `${name} = arrays[${index}];`),
      ...this.#declared.objects.map(({ name }, index) => `${name}.restore(objects[${index}]);`),
      "}",
    ].join("\n");
  }

  hasLog(): boolean {
    return this.#declared.arrays.some(({ perSlot }) => perSlot === 0);
  }

  bytesPerSlot(): number {
    return this.#declared.arrays.filter(({ groups }) => groups === undefined).reduce(
      (sum, { element, perSlot }) => sum + perSlot * (element === "Float64Array" ? 8 : 4),
      0,
    );
  }

  /** What objects take for each value of a window that holds every value. */
  bytesPerValue(): number {
    return this.#declared.bytesPerValue;
  }

  bytesPerLogRow(): number {
    return this.#declared.arrays.filter(({ perSlot }) => perSlot === 0)
      .reduce((sum, { element }) => sum + (element === "Float64Array" ? 8 : 4), 0);
  }
}
