/**
 * `per c` as text: the parts of a need run with `k` as the sub-slot of the row's category. Inside, `own` is the key's
 * slot. The sub-slots of a window's rows are found by their category; rows enter and leave them one by one.
 */
import { FIRST_BIG, isNested, storageOf } from "../types.ts";
import { mayBeBig } from "./expression_traits.ts";
import type { AggregateCall, Expression } from "../typed_ast.ts";
import type { Group, Need } from "./lanes.ts";
import type { ManifestBuilder } from "./manifest.ts";
import { quoteNumber } from "./quote.ts";
import type { StateWriter } from "./state.ts";

export class Grouping {
  readonly group: Group;
  /** Writes state by sub-slot. */
  readonly state: StateWriter;
  readonly #name: string;
  readonly #manifest: ManifestBuilder;
  readonly #values = new Map<AggregateCall, string>();

  constructor(group: Group, state: StateWriter, manifest: ManifestBuilder) {
    const order = orderOf(group.category);
    if (order !== "") manifest.readTexts();
    this.group = group;
    this.#manifest = manifest;
    this.#name = state.object("pc", `new env.CategoryGroups({ heap: env.heap${order} })`, 60);
    this.state = state.inGroups(this.#name);
  }

  /** The row whose category has this text enters. */
  enter(category: string, statements: string): string {
    return this.#inside(category, "enter", statements);
  }

  /** A row leaves; `resets` bring a sub-slot back to no rows. */
  leave(category: string, statements: string, resets: string): string {
    const free = `if (${this.#name}.isEmpty(g$)) { { const k = g$; ${resets} } ` +
      `${this.#name}.free(g$); }`;
    return this.#inside(category, "leave", statements, free);
  }

  /** Statements on a row that is inside. */
  within(category: string, statements: string): string {
    return statements === "" ? "" : this.#inside(category, "find", statements);
  }

  /** Every category of slot `k` goes. */
  forget(resets: string): string {
    const first = `${this.#name}.first(own)`;
    return `{ const own = k; for (let g$ = ${first}; g$ >= 0; g$ = ${first}) ` +
      `{ { const k = g$; ${resets} } ${this.#name}.free(g$); } }`;
  }

  /** The address of the map of all values, from the text of a category's value. */
  value(call: AggregateCall, value: string): string {
    const known = this.#values.get(call);
    if (known) return known;
    const call$ = `${this.state.addFunction("pm", "own, t", this.#mapText(call, value))}(k, t)`;
    this.#values.set(call, call$);
    return call$;
  }

  #mapText({ per, type }: AggregateCall, value: string): string {
    if (type.kind !== "map") throw new RangeError("Cannot write values per category: not a map");
    const groups = this.#name;
    const isSymbol = storageOf(type.value) === "symbol";
    const top = per?.top;
    const most = quoteNumber(top?.most ?? 0);
    const picked = top?.by === "value"
      ? `${groups}.largest(n, ${most}${isSymbol ? ", compareCodes" : ""})`
      : "n";
    const map = isNested(type.value)
      ? `nestedMap(${picked}, ${this.#manifest.typeSlot(type.value)})`
      : `map(${picked}, ${isSymbol})`;
    return [
      top?.by === "key"
        ? `const n = ${groups}.lastKeys(${groups}.list(own), ${most});`
        : `const n = ${groups}.list(own);`,
      "for (let i = 0; i < n; i++) {",
      `const k = ${groups}.order[i];`,
      `${groups}.results[i] = ${value};`,
      "}",
      `return ${groups}.${map};`,
    ].join("\n");
  }

  #inside(category: string, method: string, statements: string, after = ""): string {
    return `{ const c$ = ${category}; if (c$ === c$) { const own = k, ` +
      `g$ = ${this.#name}.${method}(own, c$); { const k = g$; ${statements} } ${after} } }`;
  }
}

/** The option that orders categories that are no plain numbers. */
function orderOf(category: Expression): string {
  if (storageOf(category.type) === "symbol") return ", compareKeys: env.compareCodes";
  if (category.type.kind !== "i64" || !mayBeBig(category)) return "";
  const exact = (name: string) => `BigInt(env.integerOf(${name}))`;
  return `, compareKeys: (a, b) => a < ${FIRST_BIG} && b < ${FIRST_BIG} ? a - b : ` +
    `Number(${exact("a")} - ${exact("b")})`;
}

/** The needs of each grouping of a window, those without one first. */
export function groupedNeeds(
  needs: readonly Need[],
  context: { readonly state: StateWriter; readonly manifest: ManifestBuilder },
): readonly { readonly grouping: Grouping | undefined; readonly needs: readonly Need[] }[] {
  const groups = new Set(needs.map(({ group }) => group));
  return [...groups].map((group) => ({
    grouping: group && new Grouping(group, context.state, context.manifest),
    needs: needs.filter((need) => need.group === group),
  }));
}
