/** A series of the store as a dataset. */
import type { Column } from "../../dsl/mod.ts";
import { type Batch, decodeBlock, SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { SeriesColumn, SeriesDescription, SeriesRecord, Store } from "../store/mod.ts";
import type { Invocation } from "./command_spec.ts";
import { type Dataset, requireColumn } from "./dataset.ts";
import { openExistingStore } from "./store_option.ts";
import { parseTypeText } from "./type_text.ts";

/** Opens the newest series of a name; the dataset closes the store. */
export async function openSeriesDataset(invocation: Invocation, name: string): Promise<Dataset> {
  const store = await openExistingStore(invocation);
  try {
    const { series } = await requireSeries(store, name);
    return createSeriesDataset(store, series);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The newest series of a name; a missing one is an error that says what there is. */
export async function requireSeries(store: Store, name: string): Promise<SeriesDescription> {
  const description = await store.describeSeries(name);
  if (description !== undefined) return description;
  const names = [...new Set((await store.listSeries()).map((series) => series.name))];
  throw new FeaturizerError(`Cannot find series "${name}" in "${store.name}": there is none`, {
    code: "SERIES_NOT_FOUND",
    hint: names.length === 0
      ? "it holds no series; features_to_store in a config puts them there"
      : `it holds ${names.join(", ")}`,
  });
}

function createSeriesDataset(store: Store, series: SeriesRecord): Dataset {
  const columns = series.schema.flatMap(toColumns);
  const symbols = new SymbolTable();
  const dataset: Dataset = {
    name: series.name,
    columns,
    time: series.schema.find(({ role }) => role === "time")?.name,
    symbols,
    batches: (names) =>
      readSeries(store, series, names.map((name) => requireColumn(dataset, name)), symbols),
    [Symbol.asyncDispose]: () => store.close(),
  };
  return dataset;
}

async function* readSeries(
  store: Store,
  series: SeriesRecord,
  columns: readonly Column[],
  symbols: SymbolTable,
): AsyncGenerator<Batch, void> {
  for await (const { data } of store.readBlocks(series.id)) {
    yield* decodeBlock(data, columns, symbols);
  }
}

/** The column, or nothing if its type is one of a later version. */
function toColumns({ name, type }: SeriesColumn): Column[] {
  const known = parseTypeText(type);
  return known ? [{ name, type: known }] : [];
}
