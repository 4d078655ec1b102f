/** What a run tells while it goes and when it is done. */

export interface RunProgress {
  readonly phase: "reading" | "writing" | "storing";
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly rowsRead: number;
  readonly setRows: number;
}

export interface LateReport {
  readonly source: string;
  readonly late: number;
  readonly malformed: number;
  readonly duplicates: number;
  /** Row number in the file (1-based, header not counted) of the first late row. */
  readonly firstLateRow?: number;
  readonly firstLateFile?: string;
  /** The smallest lateness that admits all rows. */
  readonly latenessToAdmitAllUs?: number;
  /** First malformed row and why. */
  readonly firstMalformed?: { readonly file: string; readonly row: number; readonly reason: string };
}

export interface SetReport {
  /** Path of the result file. */
  readonly path: string;
  readonly format: "arrow" | "parquet" | "csv";
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nulls: number }[];
  readonly sourceRows: number;
  /** Spine rows past the end of the label's data. */
  readonly droppedPastLabels: number;
  readonly labelNulls: number;
  readonly late: readonly LateReport[];
  /** Columns and stored features that came from the store instead of being computed. */
  readonly reused: readonly string[];
  readonly stored: readonly { readonly feature: string; readonly rows: number; readonly blocks: number }[];
  readonly seconds: number;
}

export interface RunOptions {
  /** Path of the config; paths inside it are relative to its folder. */
  readonly config: string;
  /** Result path; default: the config's name with the format's ending, in `out/` of the working folder. */
  readonly out?: string;
  readonly format?: "arrow" | "parquet" | "csv";
  /** Store path or URL; default `.featurizer/store.db` of the working folder. */
  readonly store?: string;
  readonly partitions?: number;
  readonly batchRows?: number;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly signal?: AbortSignal;
}
