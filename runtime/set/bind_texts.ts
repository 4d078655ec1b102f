/** Codes for every text that a plan names: string literals and pinned keys. */
import type { Constant, Operation, PhysicalPlan } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";

export function bindTexts(
  plan: PhysicalPlan,
  symbols: SymbolTable,
): Readonly<Record<string, number>> {
  const texts = new Set<string>();
  for (const { kernels, operations } of plan.sites) {
    for (const { text } of kernels) text.manifest.symbols.forEach((symbol) => texts.add(symbol));
    for (const { operation } of operations) {
      for (const constant of constantsOf(operation)) {
        if (typeof constant !== "number") texts.add(constant.symbol);
      }
    }
  }
  return Object.fromEntries([...texts].map((text) => [text, symbols.intern(text)]));
}

function constantsOf(operation: Operation): readonly Constant[] {
  if (operation.kind === "constant") return operation.values;
  const hasPins = operation.kind === "grid" || operation.kind === "filter";
  return hasPins ? operation.pins.map(({ value }) => value) : [];
}
