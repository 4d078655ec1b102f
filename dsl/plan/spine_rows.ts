/** The rows of a set's spine. */
import { type Column, keysOf, type Upstream } from "../typed_ast.ts";
import type { FeatureStreams } from "./feature_streams.ts";
import { HOST, type Stream } from "./graph.ts";
import type { Constant, PhysicalPlan, Pin } from "./physical.ts";
import type { SetRequest, Spine } from "./set_request.ts";
import { placeOf } from "./stream_shape.ts";

/** A spine's stream, with the places of its key columns. */
export interface SpineRows {
  readonly stream: Stream;
  readonly keys: readonly number[];
}

/** Makes the spine of a set; `tableEdge` is where the rows of a table the user brings come in. */
export class SpineLowering {
  tableEdge: PhysicalPlan["tableEdge"];
  readonly #streams: FeatureStreams;
  readonly #request: SetRequest;

  constructor(streams: FeatureStreams, request: SetRequest) {
    this.#streams = streams;
    this.#request = request;
  }

  rows(spine: Spine): SpineRows {
    switch (spine.kind) {
      case "grid":
        return this.#grid(spine);
      case "rows": {
        const rows = this.#streams.rows(spine.of);
        const keys = keysOf(spine.of).filter(({ name }) => !Object.hasOwn(spine.pins, name));
        const stream = this.#filtered(this.#bounded(rows), spine.pins);
        return { stream, keys: keys.map(({ name }) => placeOf(rows, name)) };
      }
      case "table":
        return this.#table(spine.columns);
    }
  }

  #bounded(rows: Stream): Stream {
    const { graph } = this.#streams;
    const { startUs, endUs } = this.#request;
    const node = graph.node(rows.site, [rows], () => ({
      kind: "range",
      input: rows.id,
      output: stream.id,
      fromUs: startUs,
      untilUs: endUs,
    }));
    const stream = graph.stream({ ...rows, producer: node });
    return stream;
  }

  #filtered(rows: Stream, pins: Readonly<Record<string, Constant>>): Stream {
    if (Object.keys(pins).length === 0) return rows;
    const { graph } = this.#streams;
    const node = graph.node(rows.site, [rows], () => ({
      kind: "filter",
      input: rows.id,
      output: stream.id,
      pins: pinsAt(rows, pins),
    }));
    const stream = graph.stream({ ...rows, producer: node });
    return stream;
  }

  #grid({ of, everyUs, pins }: Extract<Spine, { kind: "grid" }>): {
    stream: Stream;
    keys: readonly number[];
  } {
    const { graph } = this.#streams;
    const rows = this.#streams.rows(gridRows(of));
    const keys = keysOf(gridRows(of));
    const free = keys.filter(({ name }) => !Object.hasOwn(pins, name));
    const node = graph.node(rows.site, [rows], () => ({
      kind: "grid",
      input: rows.id,
      keys: free.map(({ name }) => placeOf(rows, name)),
      pins: pinsAt(rows, pins),
      everyUs,
      fromUs: this.#request.startUs,
      untilUs: this.#request.endUs,
      output: stream.id,
    }));
    const places = free.map((_, index) => index);
    const stream = graph.stream({
      site: rows.site,
      columns: free,
      time: "",
      places: [],
      madeBy: undefined,
      partition: places.length === keys.length ? places : [-1],
      keyOrder: places,
      producer: node,
    });
    return { stream, keys: places };
  }

  #table(columns: readonly Column[]): { stream: Stream; keys: readonly number[] } {
    const { graph } = this.#streams;
    const site = this.#streams.sharedSite();
    const edge = graph.edge(HOST, site);
    const first = this.#request.features[0];
    const keys = Object.values(first?.keys ?? {}).flatMap((key) =>
      "column" in key ? [columns.findIndex(({ name }) => name === key.column)] : []
    );
    this.tableEdge = { ...graph.edges[edge]!, columns, keys };
    const node = graph.node(site, [], () => ({
      kind: "receive",
      edge,
      output: stream.id,
      columns: columns.length,
      returns: false,
      keyOrder: undefined,
    }));
    const stream = graph.stream({
      site,
      columns,
      time: "",
      places: [],
      madeBy: undefined,
      partition: keys,
      keyOrder: undefined,
      producer: node,
    });
    return { stream: this.#bounded(stream), keys: columns.map((_, index) => index) };
  }
}

function pinsAt(rows: Stream, pins: Readonly<Record<string, Constant>>): readonly Pin[] {
  return Object.entries(pins).map(([name, value]) => ({ column: placeOf(rows, name), value }));
}

/** A map has the rows and keys of what it maps, so a grid may read those. */
export function gridRows(of: Upstream): Upstream {
  return of.kind === "feature" && of.feature.form === "map" ? gridRows(of.feature.input) : of;
}
