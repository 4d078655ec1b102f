/** What a run tells while it goes and when it is done. */

/** How far a run is. */
export interface RunProgress {
  /** `writing` once all rows are read and computed. */
  readonly phase: "reading" | "writing";
  /** Bytes of the source files that were read. */
  readonly bytesRead: number;
  /** Bytes of all source files. */
  readonly bytesTotal: number;
  /** Source rows so far; a file that feeds two sources counts twice. */
  readonly rowsRead: number;
  /** Rows of the set so far. */
  readonly setRows: number;
}

/** Rows of one source that were left out. */
export interface LateReport {
  /** `plugin.source`. */
  readonly source: string;
  /** Rows that came after the watermark had passed their time. */
  readonly late: number;
  /** Rows with a missing key or time, or with a cell that cannot be read. */
  readonly malformed: number;
  /** Rows that repeat another by the source's `unique by`. */
  readonly duplicates: number;
  /** Row number in the file (1-based, header not counted) of the first late row. */
  readonly firstLateRow?: number;
  /** The file of the first late row. */
  readonly firstLateFile?: string;
  /** The smallest lateness that admits all rows, in microseconds. */
  readonly latenessToAdmitAllUs?: number;
  /** First malformed row and why. */
  readonly firstMalformed?: {
    readonly file: string;
    readonly row: number;
    readonly reason: string;
  };
}

/** A set that was built. */
export interface SetReport {
  /** Path of the result file. */
  readonly path: string;
  /** Its format. */
  readonly format: "arrow" | "parquet" | "csv";
  /** Rows of the set. */
  readonly rows: number;
  /** Columns in order, with how many of their values are null. */
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly nulls: number;
  }[];
  /** Rows read from all sources. */
  readonly sourceRows: number;
  /** Spine rows past the end of the label's data. */
  readonly droppedPastLabels: number;
  /** Rows whose label is null; kept unless the config drops them. */
  readonly labelNulls: number;
  /** What was left out of each source. */
  readonly late: readonly LateReport[];
  /** Columns that came from the store instead of being computed. */
  readonly reused: readonly string[];
  /** What the run put into the store. */
  readonly stored: readonly {
    readonly feature: string;
    readonly rows: number;
    readonly blocks: number;
  }[];
  /** Bytes of rows that were put aside on disk because long windows need them only at their ends. */
  readonly spilledBytes: number;
  /** Wall time of the whole run, in seconds. */
  readonly seconds: number;
}

/** What to build, and what overrides the config. */
export interface RunOptions {
  /** Path of the config; paths inside it are relative to its folder. */
  readonly config: string;
  /** Result path; default: the config's name with the format's ending, in `out/` of the working folder. */
  readonly out?: string;
  /** Result format; default: the ending of `out`, else Arrow. */
  readonly format?: "arrow" | "parquet" | "csv";
  /** Store path or URL; default `.featurizer/store.db` of the working folder. */
  readonly store?: string;
  /** Workers of each site; the result does not depend on it. Default 1. */
  readonly partitions?: number;
  /** Rows of a batch; the result does not depend on it. Default 65,536. */
  readonly batchRows?: number;
  /** Called after every batch. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run; nothing of it remains then. */
  readonly signal?: AbortSignal;
}
