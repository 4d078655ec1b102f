/** `featurizer get-data`: rows of a file or of a stored series. */
import { FeaturizerError } from "../../errors.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { USAGE_ERROR } from "../exit_code.ts";
import { printJson } from "../json_text.ts";
import { openDataset } from "../open_dataset.ts";
import {
  FORMAT_OPTIONS,
  printRows,
  ROW_FORMATS,
  type RowFormat,
  type RowStream,
  writeRows,
} from "../output_options.ts";
import { selectRows } from "../select_rows.ts";
import { readSelection, SELECTION_OPTIONS } from "../selection_options.ts";
import { STORE_OPTION } from "../store_option.ts";
import { printLine } from "../terminal.ts";
import { bytesText, pluralText } from "../value_text.ts";

const TABLE_LIMIT = 20;

export const GET_DATA: Command = {
  name: "get-data",
  usage: "<file | series> [options]",
  details:
    `Reads rows of a result file (Arrow, Parquet, CSV) or of a series in the store and prints them, or
writes them elsewhere in another format. A table shows ${TABLE_LIMIT} rows unless --limit says otherwise.`,
  options: {
    columns: { type: "string", short: "c", value: "A,B", tells: "these columns, in this order" },
    ...SELECTION_OPTIONS,
    limit: { type: "string", value: "N", tells: "at most N rows" },
    ...FORMAT_OPTIONS,
    store: STORE_OPTION,
  },
  examples: [
    { line: "featurizer get-data out/grid.arrow", tells: "the first rows" },
    {
      line: "featurizer get-data out/grid.arrow --where airport=ORD --from 2001-01-03 --every-n 6",
      tells: "one airport, an hour apart",
    },
    {
      line: "featurizer get-data out/grid.arrow --format csv -o grid.csv",
      tells: "as CSV, into a file",
    },
    { line: "featurizer get-data hourly --format ndjson | head", tells: "a stored series" },
  ],
  run: async (invocation) => {
    const format = invocation.json ? "json" : invocation.choice("format", ROW_FORMATS) ?? "table";
    await using dataset = await openDataset(invocation, invocation.required(0, "a file or series"));
    const columns = invocation.list("columns");
    const isShown = format === "table" && invocation.text("out") === undefined;
    const limit = invocation.count("limit") ?? (isShown ? TABLE_LIMIT : undefined);
    const selected = selectRows(dataset, {
      ...readSelection(invocation),
      ...(columns !== undefined && { columns }),
      ...(limit !== undefined && { limit }),
    });
    await output(invocation, format, { ...selected, symbols: dataset.symbols });
  },
};

async function output(invocation: Invocation, format: RowFormat, rows: RowStream): Promise<void> {
  const path = invocation.text("out");
  const { out } = invocation.terminal;
  if (path === undefined) {
    if (format !== "arrow" && format !== "parquet") return void await printRows(out, rows, format);
    throw usage(`Cannot print ${format}: it is not text`, "give a file with --out");
  }
  const fileFormat = formatOfFile(invocation, path);
  const written = await writeRows(rows, path, fileFormat);
  if (invocation.json) return printJson(out, { path, ...written });
  printLine(out, `${path}  ${pluralText(written.rows, "row")}, ${bytesText(written.bytes)}`);
}

function formatOfFile(invocation: Invocation, path: string): "csv" | "arrow" | "parquet" {
  const wanted = invocation.choice("format", ROW_FORMATS) ?? path.split(".").at(-1);
  if (wanted === "csv" || wanted === "arrow" || wanted === "parquet") return wanted;
  throw usage(`Cannot write "${path}": ${wanted} is no file format`, "use csv, arrow or parquet");
}

function usage(message: string, hint: string): FeaturizerError {
  return new FeaturizerError(message, { code: USAGE_ERROR, hint });
}
