/** Rows that the command line can show: a file, or a stored series. */
import type { Batch, SymbolTable } from "../arrow/mod.ts";
import { type Column, didYouMean } from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";

export interface Dataset extends AsyncDisposable {
  /** Path of the file or name of the series. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** Name of the column that `--from`, `--to` and plots go by. */
  readonly time: string | undefined;
  /** Where the symbol columns of the batches have their texts. */
  readonly symbols: SymbolTable;
  /** The named columns of every row, in order; may be called again. */
  batches(columns: readonly string[]): AsyncIterable<Batch>;
}

/** The column called `timestamp`, else the first one of that type. */
export function findTimeColumn(columns: readonly Column[]): string | undefined {
  const times = columns.filter(({ type }) => type.kind === "timestamp").map(({ name }) => name);
  return times.find((name) => name === "timestamp") ?? times[0];
}

/** The column of a name; a missing one is an error with the nearest names. */
export function requireColumn(
  dataset: Pick<Dataset, "name" | "columns">,
  name: string,
): Column {
  const column = dataset.columns.find((column) => column.name === name);
  if (column !== undefined) return column;
  const names = dataset.columns.map(({ name }) => name);
  const inside = names.filter((candidate) => candidate.includes(name));
  throw new FeaturizerError(
    `Cannot read column "${name}" of "${dataset.name}": there is no such column`,
    {
      code: "MISSING_COLUMN",
      hint: inside.length > 0
        ? `did you mean ${inside.slice(0, 3).map((each) => `"${each}"`).join(" or ")}?`
        : didYouMean(name, names) ?? `it has ${names.join(", ")}`,
    },
  );
}
