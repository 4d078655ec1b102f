/** The frames that bring the rows of a slice from the host to the partitions of sites. */
import type { Column, PhysicalPlan, SourceEdge } from "../../dsl/mod.ts";
import { asFlat, type Batch, type SymbolTable } from "../arrow/mod.ts";
import { type Frame, keyKindOf, partitionRows, type StreamData } from "../engine/mod.ts";
import { chosen, copied, toBatch } from "./frame_rows.ts";

/** What all frames of a slice say. */
export type SliceBounds = Pick<
  Frame,
  "slice" | "untilUs" | "lastTimesUs" | "isLast" | "barrier" | "aside"
>;

export interface AddressedFrame {
  readonly site: number;
  readonly partition: number;
  readonly frame: Frame;
}

const EMPTY_BATCH: Batch = { length: 0, columns: [new Float64Array(0), new Float64Array(0)] };

export class SliceFrames {
  readonly #plan: PhysicalPlan;
  readonly #partitions: number;
  readonly #symbols: SymbolTable;

  constructor(plan: PhysicalPlan, partitions: number, symbols: SymbolTable) {
    this.#plan = plan;
    this.#partitions = partitions;
    this.#symbols = symbols;
  }

  /** One frame for every edge from sources and table and every partition; the rows' buffers go into them. */
  of(
    rows: readonly StreamData[],
    table: StreamData | undefined,
    bounds: SliceBounds,
  ): AddressedFrame[] {
    const { sourceEdges, tableEdge, tickEdges } = this.#plan;
    const frames = rows.flatMap((data, source) => {
      const edges = sourceEdges.filter((edge) => edge.source === source);
      return edges.flatMap((edge, index) =>
        this.#rowFrames(edge, data, { bounds, keep: index < edges.length - 1 })
      );
    });
    if (tableEdge) {
      if (!table) throw new TypeError("Cannot run the plan: its spine table has no rows");
      frames.push(...this.#tableFrames(tableEdge, table, bounds));
    }
    for (const { edge, to } of tickEdges) {
      const parts = Array.from({ length: this.#partitions }, () => EMPTY_BATCH);
      frames.push(...addressed(edge, to, { bounds, parts }));
    }
    return frames;
  }

  #rowFrames(
    edge: SourceEdge,
    rows: StreamData,
    { bounds, keep }: { bounds: SliceBounds; keep: boolean },
  ): AddressedFrame[] {
    const { columns } = this.#plan.sources[edge.source]!;
    const names = columns.map(({ name }) => name);
    const places = edge.columns.map((name) => names.indexOf(name));
    const picked = { ...rows, columns: places.map((place) => rows.columns[place]!) };
    const keys = edge.keys.map((name) => names.indexOf(name));
    const parts = this.#split(rows, keys, columns)?.map((mine) => chosen(picked, mine)) ??
      [keep ? copied(picked) : toBatch(picked)];
    return addressed(edge.edge, edge.to, { bounds, parts });
  }

  #tableFrames(
    { edge, to, keys, columns }: NonNullable<PhysicalPlan["tableEdge"]>,
    rows: StreamData,
    bounds: SliceBounds,
  ): AddressedFrame[] {
    const parts = this.#split(rows, keys, columns)?.map((mine) => chosen(rows, mine)) ??
      [copied(rows)];
    return addressed(edge, to, { bounds, parts });
  }

  /** Rows by partition; undefined if there is one. */
  #split(
    { columns, length }: StreamData,
    keys: readonly number[],
    types: readonly Column[],
  ): readonly Int32Array[] | undefined {
    if (this.#partitions === 1) return undefined;
    const flat = keys.map((place) => asFlat(columns[place]!));
    const kinds = keys.map((place) => keyKindOf(types[place]!.type));
    return partitionRows(
      { columns: flat, kinds, hashes: this.#symbols.hashes },
      length,
      this.#partitions,
    );
  }
}

/** Frames of one edge, by partition. */
export function addressed(
  edge: number,
  site: number,
  { bounds, parts }: { bounds: SliceBounds; parts: readonly Batch[] },
): AddressedFrame[] {
  return parts.map((batch, partition) => ({
    site,
    partition,
    frame: { edge, from: 0, batch, ...bounds },
  }));
}
