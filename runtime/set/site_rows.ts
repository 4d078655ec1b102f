/** Rows that sites send to the host: checked against the plan, with symbols of the host's table. */
import type { PhysicalPlan, ValueType } from "../../dsl/mod.ts";
import type { ColumnData, SymbolTable } from "../arrow/mod.ts";
import {
  checkColumn,
  ForgedRows,
  type Frame,
  holdsSymbols,
  lengthened,
  translateColumn,
} from "../engine/mod.ts";
import { forgedBy } from "./forged_by.ts";
import { spillColumns, spillsOf } from "./spills.ts";

/** What comes on an edge: after `skipped` columns of numbers those of the types. */
interface Outgoing {
  readonly site: number;
  readonly skipped: number;
  readonly types: readonly ValueType[];
}

export class SiteRows {
  readonly #plan: PhysicalPlan;
  readonly #symbols: SymbolTable;
  readonly #edges: ReadonlyMap<number, Outgoing>;
  /** By site and partition: its codes to the host's. */
  readonly #translations = new Map<string, Int32Array<ArrayBuffer>>();

  constructor(plan: PhysicalPlan, symbols: SymbolTable) {
    this.#plan = plan;
    this.#symbols = symbols;
    this.#edges = edgesOf(plan);
  }

  /** The frame as the host reads it; what does not keep to the plan is an error that names the site. */
  take(frame: Frame, site: number): Frame {
    try {
      return this.#taken(frame, site);
    } catch (error) {
      if (!(error instanceof ForgedRows)) throw error;
      throw forgedBy(this.#plan.sites[site]!.name, "rows that are none of its own", error);
    }
  }

  #taken(frame: Frame, site: number): Frame {
    const edge = this.#edges.get(frame.edge);
    if (edge?.site !== site) throw new ForgedRows(`edge ${frame.edge} is not its own`);
    const { makesTexts } = this.#plan.sites[site]!;
    const codes = makesTexts ? this.#translationOf(frame, site) : undefined;
    const { length, columns } = frame.batch;
    const { skipped, types } = edge;
    if (columns.length !== skipped + types.length) throw new ForgedRows("columns are missing");
    const taken = columns.map((column, place): ColumnData => {
      const type = types[place - skipped] ?? { kind: "f64" };
      if (codes && holdsSymbols(type)) return translateColumn(column, type, codes);
      checkColumn(column, type, this.#symbols.size);
      return column;
    });
    return { ...frame, batch: { length, columns: taken } };
  }

  #translationOf({ from, symbols }: Frame, site: number): Int32Array<ArrayBuffer> {
    const producer = `${site}:${from}`;
    const known = this.#translations.get(producer) ?? new Int32Array(0);
    if (!symbols || symbols.texts.length === 0) return known;
    const { first, texts } = symbols;
    if (first !== known.length) throw new ForgedRows("texts were made known out of order");
    const longer = lengthened(known, first + texts.length);
    texts.forEach((text, i) => {
      longer[first + i] = this.#symbols.intern(text);
    });
    this.#translations.set(producer, longer);
    return longer;
  }
}

function edgesOf(plan: PhysicalPlan): ReadonlyMap<number, Outgoing> {
  const { result, rows, sources } = plan;
  const edges = new Map<number, Outgoing>();
  for (const { edge, from, columns } of result ? [result, ...rows] : rows) {
    edges.set(edge, { site: from, skipped: 2, types: columns.map(({ type }) => type) });
  }
  for (const { prepare, computed } of sources) {
    if (!prepare) continue;
    const types = computed.map(({ text }) => text.outputs[0]!.type);
    edges.set(prepare.reply, { site: prepare.site, skipped: 0, types });
  }
  for (const kernel of spillsOf(plan)) {
    edges.set(kernel.out, { site: kernel.site, skipped: spillColumns(kernel), types: [] });
  }
  return edges;
}
