/**
 * Features to streams. `rows` gives a feature's rows; `answers` gives its columns for a stream of queries. How each
 * form is made is told in `row_streams.ts`, `tick_rows.ts` and `kernel_nodes.ts`.
 */
import { type Feature, type Source, type Upstream } from "../typed_ast.ts";
import { type Demand, runsForeignCode } from "./demand.ts";
import { isTicked, tableFeature } from "./derived_feature.ts";
import { exchange } from "./exchange.ts";
import { expires, unexpired } from "./expiry.ts";
import { type Node, overEdge, type PlanGraph, type Stream } from "./graph.ts";
import { identityOf, sourceIdentity } from "./identity.ts";
import { KernelNodes } from "./kernel_nodes.ts";
import { makesTexts } from "./makes_texts.ts";
import type { SourceEdge } from "./physical.ts";
import { mapAnswers, mapRows, pairRows, unionRows } from "./row_streams.ts";
import { requestAnswers } from "./request_streams.ts";
import { type Answers, type Lookup, placeOf, withRows } from "./stream_shape.ts";
import { tickRows } from "./tick_rows.ts";

export class FeatureStreams {
  readonly sources: Source[] = [];
  readonly sourceEdges: SourceEdge[] = [];
  /** True if some kernel makes texts that no file holds. */
  makesTexts = false;
  readonly #ranked = new Set<number>();
  readonly #rows = new Map<string, Stream>();
  readonly #answers = new Map<string, Answers>();
  readonly #kernels: KernelNodes = new KernelNodes(this);

  /** No tick of time is past `untilUs`. */
  constructor(
    readonly graph: PlanGraph,
    readonly demand: Demand,
    readonly partitions: number,
    readonly untilUs: number,
    /** Sliding windows at least this long keep tiles; a day if undefined. */
    readonly tiledFromUs?: number,
  ) {}

  /** Number of a source in the plan. */
  sourceNumber(source: Source): number {
    const identity = sourceIdentity(source);
    const found = this.sources.findIndex((known) => sourceIdentity(known) === identity);
    return found >= 0 ? found : this.sources.push(source) - 1;
  }

  /** A union puts the source's positions beside others. */
  rank(source: number): void {
    this.#ranked.add(source);
  }

  isRanked(source: Source): boolean {
    return this.#ranked.has(this.sourceNumber(source));
  }

  /** The site a feature runs at: its plugin's if it runs what only the plugin answers for, else the shared one. */
  siteOf(feature: Feature): number {
    if (makesTexts(feature)) this.makesTexts = true;
    return runsForeignCode(feature) ? this.graph.site(feature.plugin) : this.sharedSite();
  }

  sharedSite(): number {
    return this.graph.site(undefined);
  }

  /** A feature's or source's rows, at its home site, split by its keys. */
  rows(asked: Upstream): Stream {
    const upstream = withRows(asked);
    if (upstream.kind === "source") {
      const table = tableFeature(upstream.source);
      if (table) return this.rows({ kind: "feature", feature: table });
      return this.sourceRows(upstream.source, this.sharedSite(), upstream.source.keys);
    }
    const { feature } = upstream;
    const known = this.#rows.get(feature.id);
    if (known) return known;
    const made = this.#makeRows(feature);
    this.#rows.set(feature.id, made);
    return made;
  }

  #makeRows(feature: Feature): Stream {
    if (isTicked(feature)) return tickRows(this, feature);
    switch (feature.form) {
      case "map":
        return mapRows(this, feature);
      case "union":
        return unionRows(this, feature);
      case "pairs":
        return pairRows(this, feature);
      default:
        return this.#kernels.rows(feature);
    }
  }

  /** The columns `names` of an upstream's value (or, within a time, its last row) at each query. */
  answers(right: Upstream, lookup: Lookup, withinUs?: number): Answers {
    const key = [
      identityOf(right),
      lookup.stream.id,
      lookup.keys.join(),
      withinUs,
      placesOf(lookup),
    ].join(
      "|",
    );
    const known = this.#answers.get(key);
    if (known) return known;
    const made = this.#makeAnswers(right, lookup, withinUs);
    this.#answers.set(key, made);
    return made;
  }

  #makeAnswers(right: Upstream, lookup: Lookup, withinUs: number | undefined): Answers {
    if (right.kind === "feature" && right.feature.form === "request") {
      return requestAnswers(this, right.feature, lookup);
    }
    if (right.kind === "feature" && right.feature.form === "map" && withinUs === undefined) {
      return mapAnswers(this, right.feature, lookup);
    }
    const remembered = this.#kernels.answers(right, lookup, withinUs);
    return right.kind === "feature" && withinUs === undefined && expires(right.feature)
      ? unexpired(this, right.feature, { lookup, remembered })
      : remembered;
  }

  /** The input's rows where the feature runs, split by the feature's keys. */
  inputAt(feature: Feature, site: number): Stream {
    const { input } = feature;
    const keys = feature.keys.map(({ name }) => name);
    // The rows of a table are themselves a feature on all of its rows.
    const isOwnTable = input.kind === "source" && tableFeature(input.source) === feature;
    return isOwnTable ? this.sourceRows(input.source, site, keys) : this.rowsAt(input, site, keys);
  }

  /** A stream's rows at a site, split by the columns `keys`. */
  rowsAt(upstream: Upstream, site: number, keys: readonly string[]): Stream {
    if (upstream.kind === "source" && !tableFeature(upstream.source)) {
      return this.sourceRows(upstream.source, site, keys);
    }
    const rows = this.rows(upstream);
    const places = keys.map((key) => placeOf(rows, key));
    const stays = rows.site === site && this.isSplitBy({ stream: rows, keys: places });
    return stays ? rows : exchange(this, rows, site, places);
  }

  /** True if equal keys stand in one partition. */
  isSplitBy({ stream, keys }: Lookup): boolean {
    return this.partitions === 1 || String(stream.partition) === String(keys);
  }

  /** Rows of a source as the host routes them. */
  sourceRows(source: Source, site: number, keys: readonly string[]): Stream {
    const routed = this.partitions === 1 ? [] : keys;
    const cacheKey = `${sourceIdentity(source)}|${site}|${routed.join(",")}`;
    const known = this.#rows.get(cacheKey);
    if (known) return known;
    const number = this.sourceNumber(source);
    const asked = this.demand.of({ kind: "source", source });
    const columns = source.columns.filter(({ name }) =>
      name !== source.time && (asked.has(name) || source.keys.includes(name))
    ).map(({ name, type }) => ({ name, type }));
    const edge = this.graph.edge(-1, site);
    this.sourceEdges.push({
      ...this.graph.edges[edge]!,
      source: number,
      columns: columns.map(({ name }) => name),
      keys: routed,
    });
    const stream = this.#receive(site, edge, {
      columns,
      time: source.time,
      places: [number],
      madeBy: undefined,
      partition: keys.map((key) => columns.findIndex(({ name }) => name === key)),
    });
    this.#rows.set(cacheKey, stream);
    return stream;
  }

  #receive(
    site: number,
    edge: number,
    shape: Pick<Stream, "columns" | "time" | "places" | "madeBy" | "partition">,
  ): Stream {
    const node: Node = this.graph.node(site, [], () => ({
      kind: "receive",
      edge,
      output: stream.id,
      columns: shape.columns.length,
      returns: false,
      keyOrder: undefined,
    }));
    const stream = this.graph.stream({
      ...shape,
      site,
      keyOrder: undefined,
      producer: overEdge(node),
    });
    return stream;
  }
}

function placesOf({ request = {} }: Lookup): string {
  return Object.entries(request).map(([name, place]) => `${name}=${place}`).join();
}
