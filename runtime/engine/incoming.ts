/** What comes in on each edge of a site. */
import type { SitePlan } from "../../dsl/mod.ts";
import type { ValueType } from "../../dsl/types.ts";

/** Columns of an edge: their types, those of the batch from place `skipped` on. */
export interface Incoming {
  readonly site: number;
  readonly columns: { readonly types: readonly ValueType[]; readonly skipped: number };
}

export function incomingOf(
  { edges, operations, prepares, types, kernels }: SitePlan,
): ReadonlyMap<number, Incoming> {
  const incoming = new Map<number, Incoming>();
  const add = (edge: number, types: readonly ValueType[], skipped: number) => {
    const site = edges.find((known) => known.edge === edge)!.from;
    incoming.set(edge, { site, columns: { types, skipped } });
  };
  for (const { operation } of operations) {
    if (operation.kind === "receive") add(operation.edge, types[operation.output]!, 2);
    if (operation.kind === "align") add(operation.edge, operation.types, 1);
    // Numbers alone, but the frame may bring the texts of symbols.
    if (operation.kind === "kernel" && operation.spill) add(operation.spill.back, [], 0);
  }
  for (const { request, kernels: used, reads } of prepares) {
    const read: ValueType[] = [];
    used.forEach((kernel, index) =>
      kernels[kernel]!.text.inputs.forEach(({ type }, place) => read[reads[index]![place]!] = type)
    );
    add(request, read, 0);
  }
  return incoming;
}
