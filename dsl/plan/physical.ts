/**
 * The physical plan: what each site runs, in order, and which edges join sites and host. Plain data, made
 * by lowering and sent to workers as it is.
 *
 * A stream is named by a number and has, for each slice, rows of equal length: time, sequence and columns.
 * Answers are aligned with the stream of queries they answer.
 */
import type { KernelText } from "../codegen/mod.ts";
import type { Column, Source } from "../typed_ast.ts";
import type { ValueType } from "../types.ts";

/** A column of a stream: which stream, which place in it. */
export interface ColumnAt {
  readonly stream: number;
  /** Place in the stream's columns; -1 is its time. */
  readonly column: number;
}

/**
 * How far a query sees: all rows up to its time, or up to its own position. `beside`: both sides are rows made by
 * time, of different features: those of one time see each other, and none stands at another. With an order both
 * sides are rows that time made of one feature, told apart by the columns at these places: those of one time see each
 * other, but rows of one key only those up to themselves. Where queries or rows come from a
 * union, `places` says for each place of the queries' order which place of the rows' order it stands at; -1 is
 * none of them, so all rows up to its time.
 */
export type Sight =
  | "time"
  | "position"
  | "beside"
  | { readonly order: { readonly queries: readonly number[]; readonly rows: readonly number[] } }
  | { readonly places: readonly number[] };

/** One side of an interval join. */
export interface PairSide {
  readonly stream: number;
  /** Places of the columns that must be equal, in one order on both sides. */
  readonly keys: readonly number[];
  /** Columns of the pair, in the order of the output; of the left, of the right. */
  readonly columns: readonly number[];
  /** Columns that order rows made by time; absent where the sequence orders them. */
  readonly keyOrder: readonly number[] | undefined;
}

export interface Query {
  readonly stream: number;
  /** Places of the key columns in the stream. */
  readonly keys: readonly number[];
  readonly sight: Sight;
  readonly answers: number;
}

interface KernelOperation {
  readonly kernel: number;
  readonly input: number;
  readonly keys: readonly number[];
  /** What the kernel's `I` holds, in order. */
  readonly reads: readonly ColumnAt[];
  readonly output: number | undefined;
  /** How many of the kernel's outputs the output stream has, after its keys; the rest is for answers alone. */
  readonly outputs: number;
  readonly queries: readonly Query[];
}

export type Operation =
  /** Frames of an edge, merged in order of position (or of time and key). */
  | {
    readonly kind: "receive";
    readonly edge: number;
    readonly output: number;
    readonly columns: number;
    /** Appends two columns: the producer's row number and partition. */
    readonly returns: boolean;
    readonly keyOrder: readonly number[] | undefined;
  }
  /** Sends a stream to the partitions of a site by key, or to the host. */
  | {
    readonly kind: "send";
    readonly input: number;
    readonly edge: number;
    readonly columns: readonly ColumnAt[];
    readonly keys: readonly number[] | undefined;
    readonly returns: boolean;
  }
  /** Sends answers back to where the queries came from; the last two columns of `queries` say where. */
  | {
    readonly kind: "return";
    readonly queries: number;
    readonly columns: readonly ColumnAt[];
    readonly edge: number;
  }
  /** Answers that came back, in the order of the queries. */
  | {
    readonly kind: "align";
    readonly edge: number;
    readonly like: number;
    readonly output: number;
    readonly symbols: readonly boolean[];
    readonly types: readonly ValueType[];
  }
  | ({ readonly kind: "kernel" } & KernelOperation & {
    /** Places of the output stream's key columns in the input stream. */
    readonly carries: readonly number[];
    /** Places in the input of columns put after the outputs: the keys that order rows made by time. */
    readonly trails: readonly number[];
    /** Edges to and from the host where windows keep tiles: rows between their ends are kept there. */
    readonly spill: { readonly out: number; readonly back: number } | undefined;
  })
  | ({ readonly kind: "tumbling" } & KernelOperation)
  | {
    readonly kind: "map";
    readonly kernel: number;
    readonly input: number;
    readonly reads: readonly ColumnAt[];
    readonly carries: readonly number[];
    readonly trails: readonly number[];
    /** For answers: the looked-up key columns; where one is null, the answer is null whatever the expression. */
    readonly keys: readonly ColumnAt[];
    readonly output: number;
  }
  /** The stream with constant columns appended. */
  | {
    readonly kind: "constant";
    readonly input: number;
    readonly output: number;
    readonly values: readonly Constant[];
  }
  /** Only rows with fromUs <= time < untilUs. */
  | {
    readonly kind: "range";
    readonly input: number;
    readonly output: number;
    readonly fromUs: number;
    readonly untilUs: number;
  }
  /** Only rows whose columns equal the constants. */
  | {
    readonly kind: "filter";
    readonly input: number;
    readonly output: number;
    readonly pins: readonly Pin[];
  }
  /** Multiples of everyUs in [fromUs, untilUs), each with every key that has a row by then, in key order. */
  | {
    readonly kind: "grid";
    readonly input: number;
    readonly keys: readonly number[];
    /** Columns that must equal a constant for a row to count. */
    readonly pins: readonly Pin[];
    readonly everyUs: number;
    readonly fromUs: number;
    readonly untilUs: number;
    readonly output: number;
  }
  /** Rows of several streams in order of (time, member, sequence). */
  | {
    readonly kind: "union";
    readonly members: readonly {
      readonly stream: number;
      /** Place of each output column in the member. */
      readonly columns: readonly number[];
      /** The first place of the member's positions in the union's. */
      readonly place: number;
    }[];
    readonly output: number;
  }
  /**
   * Pairs of rows with right time - left time in [fromUs, toUs], at the later time, in order of time and of both
   * positions; those are appended as columns without a name.
   */
  | {
    readonly kind: "pairs";
    readonly feature: string;
    readonly left: PairSide;
    readonly right: PairSide;
    readonly fromUs: number;
    readonly toUs: number;
    /** Both sides are one stream: no row pairs with itself. */
    readonly excludesSelf: boolean;
    readonly output: number;
  }
  | TicksOperation
  /** Rows made of answered ticks: those that are live, at the time they are for. */
  | {
    readonly kind: "emit";
    readonly ticks: number;
    /** Place of the column that is 1 for live ticks. */
    readonly live: number;
    /** Rows of windows that closed: one microsecond later, and before all rows of that time. */
    readonly closes: boolean;
    readonly columns: readonly ColumnAt[];
    /** Keeps ticks that are not live, too. */
    readonly all: boolean;
    readonly output: number;
  }
  /** The stream's rows again, `byUs` later; those past the last time of `sources` never. */
  | {
    readonly kind: "delay";
    readonly input: number;
    readonly byUs: number;
    readonly sources: readonly number[];
    readonly output: number;
  }
  /** Rows wait until their delayed twin is answered, then go on with its columns appended; the rest is dropped. */
  | {
    readonly kind: "hold";
    readonly input: number;
    readonly columns: readonly ColumnAt[];
    readonly delayed: number;
    readonly labels: readonly ColumnAt[];
    readonly output: number;
  };

/**
 * Queries at multiples of stepUs plus an offset, in key order: for each key whose last row is not older than
 * liveUs, and for those whose value may still change. After the keys one column is 1 for live ticks, else 0.
 */
export interface TicksOperation {
  readonly kind: "ticks";
  readonly feature: string;
  readonly input: number;
  readonly keys: readonly number[];
  readonly stepUs: number;
  readonly offsetUs: number;
  /** Ticks are the ends of windows: they ask one microsecond before. */
  readonly closes: boolean;
  readonly liveUs: number;
  /** Ages of the last row past which a value is another: the first tick past each is made though it is not live. */
  readonly changesUs: readonly number[];
  /** Ticks are made, live or not, while the last row is not older than this; -1 for none. */
  readonly keepsUs: number;
  /** No tick is past it. */
  readonly untilUs: number;
  readonly output: number;
}

/** A constant of a plan: a number, or a text to be a symbol. */
export type Constant = number | { readonly symbol: string };

/** A column that must equal a constant. */
export interface Pin {
  readonly column: number;
  readonly value: Constant;
}

/** An operation with the level it runs at: 0, or one more than the levels of the sites it waits for. */
export interface LeveledOperation {
  readonly level: number;
  readonly operation: Operation;
}

export interface SitePlan {
  readonly site: number;
  readonly name: string;
  /** Plugins whose holes the site calls. */
  readonly plugins: readonly string[];
  readonly kernels: readonly LinkableKernel[];
  readonly operations: readonly LeveledOperation[];
  /** Whether each column of each stream is a symbol, by stream number. */
  readonly symbols: readonly (readonly boolean[])[];
  /** The type of each column of each stream, by stream number. */
  readonly types: readonly (readonly ValueType[])[];
  /** True for all sites if some kernel of the plan makes texts: sites then have symbol tables of their own. */
  readonly makesTexts: boolean;
  /** True if some operation orders keys or reads texts: frames then carry the texts of symbols. */
  readonly readsTexts: boolean;
  readonly edges: readonly Edge[];
  readonly prepares: readonly Prepare[];
}

/** A kernel with the name to say when it fails. */
export interface LinkableKernel {
  readonly feature: string;
  readonly text: KernelText;
}

/** Computed columns of a source, made at a site because they call a plugin's functions. */
export interface Prepare {
  readonly request: number;
  readonly reply: number;
  readonly kernels: readonly number[];
  /** Columns that come in; each kernel appends its outputs. */
  readonly columns: number;
  readonly reads: readonly (readonly number[])[];
}

export interface Edge {
  readonly edge: number;
  /** Site numbers; -1 is the host. */
  readonly from: number;
  readonly to: number;
}

/** Rows of a source that the host sends to a site. */
export interface SourceEdge extends Edge {
  readonly source: number;
  readonly columns: readonly string[];
  /** Key columns that decide the partition. */
  readonly keys: readonly string[];
}

export interface ResultEdge extends Edge {
  /** Columns after time and sequence; those without a name only order rows. */
  readonly columns: readonly Column[];
  /** How rows of one time are ordered: by sequence, or by these columns. */
  readonly keyOrder: readonly number[] | undefined;
}

/** How the rows of a source are made before they are ordered. */
export interface SourcePlan {
  readonly source: Source;
  /** True if sequences must be small whole numbers that a union can put side by side: ranks from RANK_BASE on. */
  readonly ranked: boolean;
  /** Columns to read from files. */
  readonly reads: readonly Column[];
  /** Computed columns in order; each may read the ones before it. */
  readonly computed: readonly {
    readonly name: string;
    readonly text: KernelText;
    /** Places in `reads` followed by the earlier computed columns. */
    readonly at: readonly number[];
  }[];
  /** Columns handed to the engine besides time and sequence. */
  readonly columns: readonly Column[];
  /** Edges to the site that computes, where function holes are called. */
  readonly prepare:
    | { readonly site: number; readonly request: number; readonly reply: number }
    | undefined;
}

export interface PhysicalPlan {
  readonly sources: readonly SourcePlan[];
  /** Edges without rows, to sites that get none from the host: they bring the texts of symbols. */
  readonly tickEdges: readonly Edge[];
  readonly sourceEdges: readonly SourceEdge[];
  readonly tableEdge:
    | (Edge & { readonly columns: readonly Column[]; readonly keys: readonly number[] })
    | undefined;
  readonly sites: readonly SitePlan[];
  readonly result: ResultEdge | undefined;
  /** Rows of features, asked for by `rowsOf`. */
  readonly rows: readonly (ResultEdge & { readonly feature: number })[];
}
