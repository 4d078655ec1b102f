/**
 * Rows of windows of tiles while no worker needs them. Sites hand over blocks after a slice and get them back with
 * the slice that needs them; `runtime/engine/operations/spill.ts` is the other side.
 *
 * X1 A block leaves a site only if it is needed half a window past the slice's end at the earliest. A slice is sent
 *    when all slices that end half a window before its own end are done: what it needs is here then.
 */
import type { PhysicalPlan } from "../../dsl/mod.ts";
import type { Batch } from "../arrow/mod.ts";
import { ForgedRows, type Frame, SPILL_PLACES } from "../engine/mod.ts";

type Numbers = Float64Array<ArrayBuffer>;

/** Where blocks are kept: `Scratch` of the store, or memory. */
export interface Shelf {
  /** The columns are the shelf's from then on. */
  put(columns: readonly Numbers[]): number;
  take(place: number): Numbers[];
  /** What `take` would give, which stays. */
  copy(place: number): Numbers[];
}

/** Everything that is kept, by a name that a block has as long as it is here. */
export interface SpillsState {
  readonly endUs: number;
  readonly blocks: ReadonlyMap<string, SavedBlock>;
}

interface SavedBlock {
  readonly edge: number;
  readonly partition: number;
  readonly dueUs: number;
  readonly endUs: number;
  readonly columns: readonly Numbers[];
}

/** A kernel whose windows keep tiles. */
interface SpillingKernel {
  readonly site: number;
  readonly out: number;
  readonly back: number;
  readonly windows: readonly {
    readonly widthUs: number;
    readonly tileUs: number;
    readonly tiles: number;
    readonly values: number;
  }[];
}

interface KeptBlock {
  readonly name: string;
  /** No time up to it needs the block, and none past `endUs` does. */
  readonly dueUs: number;
  readonly endUs: number;
  readonly place: number;
}

/** The kernels of a plan that spill. */
export function spillsOf({ sites }: Pick<PhysicalPlan, "sites">): readonly SpillingKernel[] {
  return sites.flatMap(({ site, operations, kernels }) =>
    operations.flatMap(({ operation }): SpillingKernel[] => {
      if (operation.kind !== "kernel" || !operation.spill) return [];
      return [{ site, ...operation.spill, windows: kernels[operation.kernel]!.text.tiled ?? [] }];
    })
  );
}

/** How many columns the frames of a kernel have, both ways. */
export function spillColumns({ windows }: SpillingKernel): number {
  return SPILL_PLACES + Math.max(...windows.map(({ values }) => values));
}

/** More than are ever under way. */
const ENDS_KEPT = 64;

export class Spills {
  readonly #kernels: readonly SpillingKernel[];
  readonly #partitions: number;
  readonly #shelf: Shelf;
  /** By edge and partition, oldest first. */
  readonly #kept = new Map<string, KeptBlock[]>();
  /** Ends of the latest slices sent, and how many came before those. */
  #ends: number[] = [];
  #forgotten = 0;
  #blocks = 0;

  constructor(plan: PhysicalPlan, partitions: number, shelf: Shelf = memoryShelf()) {
    this.#kernels = spillsOf(plan);
    this.#partitions = partitions;
    this.#shelf = shelf;
  }

  /** Takes the blocks of a frame; false for frames of other edges. */
  take({ edge, from, batch }: Frame): boolean {
    const kernel = this.#kernels.find(({ out }) => out === edge);
    if (!kernel) return false;
    const columns = batch.columns as Numbers[];
    const [windows, tiles] = columns as [Numbers, Numbers];
    for (let start = 0, end = 0; start < batch.length; start = end) {
      const [number, tile] = [windows[start]!, tiles[start]!];
      while (end < batch.length && windows[end] === number && tiles[end] === tile) end++;
      const window = kernel.windows[number];
      if (!window || !Number.isSafeInteger(tile)) throw new ForgedRows("a tile is of no window");
      const dueUs = (tile + window.tiles) * window.tileUs;
      const place = this.#shelf.put(columns.map((column) => part(column, start, end)));
      const name = `${kernel.out}:${from}:${this.#blocks++}`;
      this.#keptOf(kernel.out, from).push({ name, dueUs, endUs: dueUs + window.tileUs, place });
    }
    return true;
  }

  /** True for frames that `take` would take. */
  isOf({ edge }: Frame): boolean {
    return this.#kernels.some(({ out }) => out === edge);
  }

  /** False for plans without windows of tiles. */
  get isKeeping(): boolean {
    return this.#kernels.length > 0;
  }

  /** Number of the first slice that may be under way when one with this end is sent. */
  mayBeUnderWay(untilUs: number): number {
    if (!this.isKeeping) return 0;
    const widths = this.#kernels.flatMap(({ windows }) => windows.map(({ widthUs }) => widthUs));
    const beforeUs = untilUs - Math.min(...widths) / 2;
    return this.#forgotten + this.#ends.findLastIndex((endUs) => endUs < beforeUs) + 1;
  }

  /**
   * What goes back with the slice that ends at `untilUs`; `neededUs` is the last time anyone can stand at. What goes
   * back to an aside stays here, too.
   */
  frames(
    untilUs: number,
    neededUs: number,
    aside = false,
  ): { readonly site: number; readonly edge: number; readonly parts: readonly Batch[] }[] {
    const fromUs = this.#ends.at(-1) ?? -Infinity;
    this.#sent(aside ? fromUs : untilUs);
    return this.#kernels.map((kernel) => ({
      site: kernel.site,
      edge: kernel.back,
      parts: Array.from({ length: this.#partitions }, (_, partition) => {
        const due = this.#due(kernel, partition, { beforeUs: Math.min(untilUs, neededUs), aside });
        const blocks = due.map(({ endUs, place }) => ({
          endUs,
          columns: aside ? this.#shelf.copy(place) : this.#shelf.take(place),
        }));
        return joined(
          blocks.filter(({ endUs }) => endUs >= fromUs).map(({ columns }) => columns),
          spillColumns(kernel),
        );
      }),
    }));
  }

  /** Copies of everything here; nothing may be under way. */
  snapshot(): SpillsState {
    const blocks = new Map<string, SavedBlock>();
    for (const { out } of this.#kernels) {
      for (let partition = 0; partition < this.#partitions; partition++) {
        for (const { name, dueUs, endUs, place } of this.#keptOf(out, partition)) {
          blocks.set(name, {
            edge: out,
            partition,
            dueUs,
            endUs,
            columns: this.#shelf.copy(place),
          });
        }
      }
    }
    return { endUs: this.#ends.at(-1) ?? -Infinity, blocks };
  }

  /** Takes up what a snapshot holds; only where nothing is kept yet. */
  restore({ endUs, blocks }: SpillsState): void {
    this.#ends = [endUs];
    this.#forgotten = -1;
    for (const [name, { edge, partition, dueUs, endUs, columns }] of blocks) {
      this.#keptOf(edge, partition).push({ name, dueUs, endUs, place: this.#shelf.put(columns) });
      this.#blocks = Math.max(this.#blocks, Number(name.split(":")[2]) + 1);
    }
  }

  /** Ends of slices that bring the blocks still here back a few at a time, after a slice that ended at `fromUs`. */
  steps(fromUs: number, neededUs: number): number[] {
    const kept = [...this.#kept.values()].flat().filter(({ dueUs }) => dueUs < neededUs);
    const ends = kept.map(({ endUs }) => endUs).filter((endUs) =>
      endUs > fromUs && endUs < neededUs
    );
    return [...new Set(ends)].sort((a, b) => a - b);
  }

  #sent(untilUs: number): void {
    this.#ends.push(untilUs);
    if (this.#ends.length < 2 * ENDS_KEPT) return;
    this.#ends.splice(0, ENDS_KEPT);
    this.#forgotten += ENDS_KEPT;
  }

  #keptOf(edge: number, partition: number): KeptBlock[] {
    const name = `${edge}:${partition}`;
    const kept = this.#kept.get(name) ?? [];
    this.#kept.set(name, kept);
    return kept;
  }

  #due(
    { out }: SpillingKernel,
    partition: number,
    { beforeUs, aside }: { readonly beforeUs: number; readonly aside: boolean },
  ): KeptBlock[] {
    const kept = this.#keptOf(out, partition);
    const due = kept.filter(({ dueUs }) => dueUs < beforeUs);
    if (due.length > 0 && !aside) {
      this.#kept.set(`${out}:${partition}`, kept.filter(({ dueUs }) => !(dueUs < beforeUs)));
    }
    return due;
  }
}

/** The column itself where that is all of it. */
function part(column: Numbers, start: number, end: number): Numbers {
  return start === 0 && end === column.length ? column : column.slice(start, end);
}

function joined(blocks: readonly (readonly Numbers[])[], columns: number): Batch {
  const [only] = blocks;
  if (only && blocks.length === 1) return { length: only[0]!.length, columns: only };
  const length = blocks.reduce((sum, [first]) => sum + first!.length, 0);
  const all = Array.from({ length: columns }, (_, j) => {
    const column = new Float64Array(length);
    let from = 0;
    for (const block of blocks) {
      column.set(block[j]!, from);
      from += block[j]!.length;
    }
    return column;
  });
  return { length, columns: all };
}

/** For runs that need no files. */
export function memoryShelf(): Shelf {
  const kept = new Map<number, Numbers[]>();
  let count = 0;
  return {
    put(columns) {
      kept.set(count, [...columns]);
      return count++;
    },
    take(place) {
      const columns = kept.get(place);
      if (!columns) throw new RangeError(`Cannot take place ${place}: it was not put`);
      kept.delete(place);
      return columns;
    },
    copy(place) {
      const columns = kept.get(place);
      if (!columns) throw new RangeError(`Cannot copy place ${place}: it was not put`);
      return columns.map((column) => column.slice());
    },
  };
}
