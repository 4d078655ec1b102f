/** Rows that could not be computed, told with the feature, the time and the place of each. */
import type { Failure, RowFailures } from "../row_failures.ts";
import type { NumberColumn } from "../stream_data.ts";
import type { Slice } from "./operation.ts";

interface Positions {
  readonly length: number;
  readonly time: NumberColumn;
  readonly sequence: NumberColumn;
}

/** After a kernel has run. The rows of an aside come again, so that only its queries' failures are told. */
export function reportFailures(
  { feature, failures }: {
    readonly feature: string;
    readonly failures: RowFailures | undefined;
  },
  slice: Slice,
  { input, queries }: { readonly input: Positions; readonly queries?: Positions },
): void {
  if (!failures?.hasAny) return failures?.ran(input.length);
  const { told, untold } = failures.take(input.length);
  for (const { at, place, message } of told) {
    if (slice.aside && at !== "query") continue;
    slice.reports.add({ feature, message, ...positionOf({ at, place }, input, queries) });
  }
  if (!slice.aside) slice.reports.addMore(feature, untold);
}

function positionOf(
  { at, place }: Pick<Failure, "at" | "place">,
  input: Positions,
  queries: Positions | undefined,
): { readonly timeUs: number; readonly sequence: number } {
  if (at === "time") return { timeUs: place, sequence: Infinity };
  const { time, sequence } = at === "row" ? input : queries!;
  return { timeUs: time[place]!, sequence: sequence[place]! };
}
