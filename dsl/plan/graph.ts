/** The plan while it grows: streams, the nodes that make them, sites and edges. */
import type { Column } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import type {
  Edge,
  LeveledOperation,
  LinkableKernel,
  Operation,
  Prepare,
  SitePlan,
} from "./physical.ts";

export const HOST = -1;

/** A stream of rows at one site, split over its partitions. */
export interface Stream {
  readonly id: number;
  readonly site: number;
  readonly columns: readonly Column[];
  /** Name of the time column, as expressions read it. */
  readonly time: string;
  /**
   * Numbers of the sources whose positions the rows carry: one, or those of a union in its order; none for rows
   * of grids and tables, which stand after all rows of their time.
   */
  readonly places: readonly number[];
  /** Of rows made by time, which feature made them; undefined for rows of events, grids and tables. */
  readonly madeBy: string | undefined;
  /** Places of the columns whose key decides the partition. */
  readonly partition: readonly number[];
  /** Set for rows made by time: ordered by time, then these columns. */
  readonly keyOrder: readonly number[] | undefined;
  readonly producer: Node | undefined;
}

/** One operation to be; `finish` is called when all its inputs and queries are known. */
export interface Node {
  readonly site: number;
  readonly inputs: Stream[];
  finish(): Operation;
}

interface SiteDraft {
  readonly name: string;
  readonly plugins: Set<string>;
  readonly kernels: LinkableKernel[];
  readonly nodes: Node[];
  readonly prepares: Prepare[];
}

export class PlanGraph {
  readonly sites: SiteDraft[] = [];
  readonly edges: Edge[] = [];
  readonly #types: (readonly ValueType[])[] = [];

  /** The site of a plugin, or the one that all share; a plugin may be called "shared" too. */
  site(plugin: string | undefined): number {
    const found = this.sites.findIndex(({ plugins }) =>
      plugin === undefined ? plugins.size === 0 : plugins.has(plugin)
    );
    if (found >= 0) return found;
    const plugins = new Set(plugin === undefined ? [] : [plugin]);
    const name = plugin ?? "shared";
    return this.sites.push({ name, plugins, kernels: [], nodes: [], prepares: [] }) - 1;
  }

  edge(from: number, to: number): number {
    return this.edges.push({ edge: this.edges.length, from, to }) - 1;
  }

  kernel(site: number, kernel: LinkableKernel): number {
    return this.draft(site).kernels.push(kernel) - 1;
  }

  node(site: number, inputs: readonly Stream[], finish: () => Operation): Node {
    const node = { site, inputs: [...inputs], finish };
    this.draft(site).nodes.push(node);
    return node;
  }

  stream(shape: Omit<Stream, "id">): Stream {
    const id = this.#types.push(shape.columns.map(({ type }) => type)) - 1;
    return { ...shape, id };
  }

  draft(site: number): SiteDraft {
    const draft = this.sites[site];
    if (!draft) throw new RangeError(`Cannot plan for site ${site}: there is none`);
    return draft;
  }

  /** True if making the stream needs the node, directly or through others. */
  dependsOn(stream: Stream, node: Node): boolean {
    const seen = new Set<Node>();
    const visit = (at: Node | undefined): boolean => {
      if (!at || seen.has(at)) return false;
      if (at === node) return true;
      seen.add(at);
      return at.inputs.some(({ producer }) => visit(producer));
    };
    return visit(stream.producer);
  }

  finish(makesTexts: boolean): SitePlan[] {
    const levels = new Map<Node, number>();
    const symbols = this.#types.map((types) => types.map((type) => storageOf(type) === "symbol"));
    return this.sites.map((draft, site) => {
      const operations = inOrder(draft.nodes, levels);
      return {
        site,
        name: draft.name,
        plugins: [...draft.plugins],
        operations,
        kernels: draft.kernels,
        symbols,
        types: this.#types,
        makesTexts,
        readsTexts: makesTexts || readsTexts(operations, draft.kernels, this.#types),
        edges: this.edges.filter(({ from, to }) => from === site || to === site),
        prepares: draft.prepares,
      };
    });
  }
}

/** Operations by level, and inside a level after what they read at the same site. */
function inOrder(nodes: readonly Node[], levels: Map<Node, number>): LeveledOperation[] {
  const done = new Set<Node>();
  const ordered: Node[] = [];
  const visit = (node: Node): void => {
    if (done.has(node)) return;
    done.add(node);
    for (const { producer } of node.inputs) {
      if (producer && producer.site === node.site && isLocal(node)) visit(producer);
    }
    ordered.push(node);
  };
  nodes.forEach(visit);
  return ordered
    .map((node) => ({ level: levelOf(node, levels), operation: node.finish() }))
    .sort((a, b) => a.level - b.level);
}

/** Receivers read what another partition sent, so they wait; everything else runs where its inputs are. */
function isLocal(node: Node): boolean {
  return !waits(node);
}

function waits(node: Node): boolean {
  return waiting.has(node);
}

const waiting = new WeakSet<Node>();

/** Marks a node whose inputs come over an edge. */
export function overEdge(node: Node): Node {
  waiting.add(node);
  return node;
}

function levelOf(node: Node, levels: Map<Node, number>): number {
  const known = levels.get(node);
  if (known !== undefined) return known;
  const inputs = node.inputs.map(({ producer }) => producer ? levelOf(producer, levels) : 0);
  const level = Math.max(0, ...inputs) + (waits(node) && node.inputs.length > 0 ? 1 : 0);
  levels.set(node, level);
  return level;
}

function readsTexts(
  operations: readonly LeveledOperation[],
  kernels: readonly LinkableKernel[],
  types: readonly (readonly ValueType[])[],
): boolean {
  return kernels.some(({ text }) => text.manifest.readsTexts) ||
    operations.some(({ operation }) =>
      operation.kind === "tumbling" || operation.kind === "grid" || operation.kind === "ticks" ||
      operation.kind === "pairs" ||
      (operation.kind === "receive" && operation.keyOrder !== undefined) ||
      (operation.kind === "send" && routesByText(operation, types))
    );
}

/** Rows are routed by the bytes of their keys; whole numbers beyond 2^53 have them as texts. */
function routesByText(
  { keys = [], columns }: Extract<Operation, { kind: "send" }>,
  types: readonly (readonly ValueType[])[],
): boolean {
  return keys.some((place) => {
    const { stream, column } = columns[place]!;
    const type = types[stream]![column];
    return type !== undefined && (type.kind === "i64" || storageOf(type) === "symbol");
  });
}
