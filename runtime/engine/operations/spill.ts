/**
 * Rows that windows of tiles do not need for long go to the host, and come back before they are needed.
 *
 * E1 After a slice a block leaves if no time below the slice's end plus half the window needs it. So what a slice
 *    needs was sent by slices that end at least half a window before it does: the host waits for those.
 * E2 A frame on the way back brings every block that its slice needs and that was sent before.
 * E3 Columns of both ways: the window's number, the tile, the row's time, its slot, its values; all are numbers.
 */
import type { KernelText, Operation } from "../../../dsl/mod.ts";
import type { Frame } from "../frames.ts";
import { release, type TileBlock } from "../../kernel/mod.ts";
import type { RowKernel } from "../link.ts";
import type { OperatorContext, Slice } from "./operation.ts";

/** Smaller blocks stay: they take less than what is said about them. */
const LEAST_ROWS = 1024;

/** Columns of a frame before the values of its rows. */
export const SPILL_PLACES = 4;

export interface Spill {
  /** Before the slice is run. */
  bringBack(slice: Slice): void;
  /** After it was run; from an aside nothing leaves. */
  send(slice: Slice): void;
}

/** Undefined for kernels without windows of tiles. */
export function createSpill(
  { spill }: Extract<Operation, { kind: "kernel" }>,
  { text, linked: { tiled: kept }, context }: {
    readonly text: KernelText;
    readonly linked: RowKernel;
    readonly context: OperatorContext;
  },
): Spill | undefined {
  const { tiled } = text;
  if (!spill || !tiled || !kept) return undefined;
  const destination = context.destinationOf(spill.out, 0);
  const values = Math.max(...tiled.map(({ values }) => values));
  return {
    bringBack(slice) {
      for (const { batch } of slice.framesOf(spill.back)) {
        const columns = batch.columns as Float64Array<ArrayBuffer>[];
        for (const { window, block } of blocksIn(columns, batch.length)) {
          kept[window]!.bringBack({
            ...block,
            values: block.values.slice(0, tiled[window]!.values),
          });
        }
      }
    },
    send(slice) {
      if (slice.aside) return;
      for (const window of kept) window.skipTo(slice.untilUs);
      const blocks = tiled.flatMap(({ widthUs }, window) =>
        kept[window]!.takeBlocks(slice.untilUs + widthUs / 2, LEAST_ROWS)
          .map((block) => ({ window, block }))
      );
      const { number, untilUs, isLast } = slice;
      const length = blocks.reduce((sum, { block }) => sum + block.slots.length, 0);
      const frame: Frame = {
        edge: spill.out,
        from: context.partition,
        slice: number,
        untilUs,
        isLast,
        batch: { length, columns: columnsOf(blocks, { length, values }) },
      };
      context.sendLater(destination, frame);
    },
  };
}

/** A block with the place of its window. */
export interface WindowBlock {
  readonly window: number;
  readonly block: TileBlock;
}

/** Columns of the blocks, whose own arrays are gone then. */
function columnsOf(
  blocks: readonly WindowBlock[],
  { length, values }: { readonly length: number; readonly values: number },
): Float64Array<ArrayBuffer>[] {
  const columns = Array.from({ length: SPILL_PLACES + values }, () => new Float64Array(length));
  let from = 0;
  for (const { window, block: { tile, times, slots, values } } of blocks) {
    const to = from + slots.length;
    columns[0]!.fill(window, from, to);
    columns[1]!.fill(tile, from, to);
    [times, slots, ...values].forEach((column, j) => columns[2 + j]!.set(column, from));
    release([times, slots, ...values]);
    from = to;
  }
  return columns;
}

/** The blocks that such columns hold, in their order; the columns are theirs then. */
function blocksIn(columns: readonly Float64Array<ArrayBuffer>[], length: number): WindowBlock[] {
  const [windows, tiles, times, slots, ...values] = columns;
  const blocks: WindowBlock[] = [];
  for (let from = 0, to = 0; from < length; from = to) {
    const [window, tile] = [windows![from]!, tiles![from]!];
    while (to < length && windows![to] === window && tiles![to] === tile) to++;
    const own = (column: Float64Array<ArrayBuffer>) =>
      to - from === length ? column : column.slice(from, to);
    const block = {
      tile,
      times: own(times!),
      slots: Int32Array.from(slots!.subarray(from, to)),
      values: values.map(own),
    };
    blocks.push({ window, block });
  }
  release(blocks.length === 1 ? [windows!, tiles!, slots!] : columns);
  return blocks;
}
