/**
 * Interval joins: rows of two streams whose keys are equal and whose times are near enough. A pair is made when the
 * later of its rows comes; of rows of one time the left ones come first.
 */
import type { Operation } from "../../../dsl/mod.ts";
import { asFlat, type ColumnData, copyColumn, gather, isPacked } from "../column.ts";
import { compareKeys } from "../key_order.ts";
import type { SlotTable } from "../slots_of_site.ts";
import { AFTER_EVENTS } from "../rank.ts";
import { refuseTooMany } from "./feature_error.ts";
import { type Operator, type OperatorContext, type Slice, streamOf } from "./operation.ts";
import { PairHistory, type SideRows } from "./pair_history.ts";

type PairsOperation = Extract<Operation, { kind: "pairs" }>;
type Side = PairsOperation["left"];

export function createPairsOperator(
  operation: PairsOperation,
  context: OperatorContext,
): Operator {
  return new PairsOperator(operation, context);
}

class PairsOperator implements Operator {
  readonly #operation: PairsOperation;
  readonly #context: OperatorContext;
  readonly #left = new PairHistory();
  readonly #right = new PairHistory();

  constructor(operation: PairsOperation, context: OperatorContext) {
    this.#operation = operation;
    this.#context = context;
  }

  run(slice: Slice): void {
    const { left, right, fromUs, toUs, output } = this.#operation;
    const [a, b] = takeSides(slice, left, right);
    // A left row waits for right rows up to toUs later, a right row for left ones up to -fromUs later.
    this.#left.append(a.rows, slice.untilUs - Math.max(0, toUs), a.table.size);
    this.#right.append(b.rows, slice.untilUs - Math.max(0, -fromUs), b.table.size);
    const pairs = this.#match();
    this.#sort(pairs);
    slice.streams[output] = this.#rowsOf(pairs);
  }

  /** Rows in order of time, left before right: each meets the earlier rows of the other side. */
  #match(): Pairs {
    const { feature, fromUs, toUs, excludesSelf } = this.#operation;
    const [left, right] = [this.#left, this.#right];
    const pairs = new Pairs();
    let [i, j] = [left.fresh, right.fresh];
    while (i < left.length || j < right.length) {
      const timeUs = Math.min(left.time[i] ?? Infinity, right.time[j] ?? Infinity);
      refuseTooMany(pairs.length, { feature, what: "PAIRS", timeUs });
      const takesLeft = j >= right.length || (i < left.length && left.time[i]! <= right.time[j]!);
      if (takesLeft) {
        const t = left.time[i]!;
        right.forEachMatch(left.slots[i]!, t + fromUs, Math.min(t, t + toUs), (row) => {
          if (!(excludesSelf && this.#isOneRow(i, row))) pairs.push(i, row, t);
        });
        left.link(i++);
      } else {
        const t = right.time[j]!;
        left.forEachMatch(right.slots[j]!, t - toUs, Math.min(t, t - fromUs), (row) => {
          if (!(excludesSelf && this.#isOneRow(row, j))) pairs.push(row, j, t);
        });
        right.link(j++);
      }
    }
    return pairs;
  }

  /** Both sides are one stream, so rows of one position, and of one key where time made them, are one row. */
  #isOneRow(i: number, j: number): boolean {
    const [left, right] = [this.#left, this.#right];
    if (left.time[i] !== right.time[j] || left.sequence[i] !== right.sequence[j]) return false;
    const { keyOrder } = this.#operation.left;
    return (keyOrder ?? []).every((place) =>
      asFlat(left.columns[place]!)[i] === asFlat(right.columns[place]!)[j]
    );
  }

  /** By time, then the left row's position, then the right row's. */
  #sort(pairs: Pairs): void {
    const [left, right] = [this.#left, this.#right];
    pairs.sort((a, b) =>
      a.time - b.time ||
      this.#compare(left, a.left, b.left, this.#operation.left) ||
      this.#compare(right, a.right, b.right, this.#operation.right)
    );
  }

  #compare(
    side: PairHistory,
    i: number,
    j: number,
    { keyOrder, stream }: Side,
  ): number {
    const apart = side.time[i]! - side.time[j]!;
    if (!keyOrder) return apart || side.sequence[i]! - side.sequence[j]!;
    const columns = keyOrder.map((place) => asFlat(side.columns[place]!));
    const { texts } = this.#context;
    const kinds = keyOrder.map((place) => this.#context.kindsOf(stream)[place] ?? "number");
    return apart || compareKeys(columns, i, columns, { j, texts, kinds });
  }

  #rowsOf({ left, right, time, length }: Pairs) {
    const { left: leftSide, right: rightSide } = this.#operation;
    const columns = [
      ...shown(this.#left, leftSide, left),
      ...shown(this.#right, rightSide, right),
      ...orders(this.#left, leftSide, left),
      ...orders(this.#right, rightSide, right),
    ];
    return { length, time, sequence: new Float64Array(length).fill(AFTER_EVENTS), columns };
  }

  snapshot(): unknown {
    return { left: this.#left.snapshot(), right: this.#right.snapshot() };
  }

  restore(snapshot: unknown): void {
    const { left, right } = snapshot as Record<
      "left" | "right",
      ReturnType<PairHistory["snapshot"]>
    >;
    this.#left.restore(left);
    this.#right.restore(right);
  }
}

/** New rows of both sides, with slots of one table, for equal keys must have equal slots. */
function takeSides(
  slice: Slice,
  left: Side,
  right: Side,
): readonly [{ rows: SideRows; table: SlotTable }, { rows: SideRows; table: SlotTable }] {
  const [a, b] = [left, right].map(({ stream, keys }) => {
    const { slots, table } = slice.slotsOf(stream, keys, true);
    return { rows: { ...streamOf(slice, stream), slots }, table };
  });
  return [a!, b!];
}

function shown(side: PairHistory, { columns }: Side, rows: Int32Array): ColumnData[] {
  return columns.map((place) => taken(place < 0 ? side.time : side.columns[place]!, rows));
}

function orders(side: PairHistory, { keyOrder }: Side, rows: Int32Array): ColumnData[] {
  const time = gather(side.time, rows);
  if (!keyOrder) return [time, gather(side.sequence, rows)];
  return [time, ...keyOrder.map((place) => taken(side.columns[place]!, rows))];
}

/** Gathered nested values share words with the history, which must outlive the slice. */
function taken(column: ColumnData, rows: Int32Array): ColumnData {
  const gathered = gather(column, rows);
  return isPacked(column) ? copyColumn(gathered) : gathered;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  readonly time: number;
}

/** The pairs of a slice, as numbers of rows in the histories. */
class Pairs {
  left = new Int32Array(64);
  right = new Int32Array(64);
  time = new Float64Array(64);
  length = 0;

  push(left: number, right: number, timeUs: number): void {
    if (this.length === this.left.length) this.#grow();
    this.left[this.length] = left;
    this.right[this.length] = right;
    this.time[this.length++] = timeUs;
  }

  #grow(): void {
    const room = this.left.length * 2;
    const [left, right, time] = [this.left, this.right, this.time];
    [this.left, this.right] = [new Int32Array(room), new Int32Array(room)];
    this.time = new Float64Array(room);
    this.left.set(left);
    this.right.set(right);
    this.time.set(time);
  }

  /** Also cuts the arrays to the number of pairs. Pairs are pushed in order of time: only equal times are sorted. */
  sort(compare: (a: Pair, b: Pair) => number): void {
    const { length } = this;
    const order = Int32Array.from({ length }, (_, i) => i);
    const at = (i: number): Pair => ({
      left: this.left[i]!,
      right: this.right[i]!,
      time: this.time[i]!,
    });
    for (let from = 0; from < length;) {
      let to = from + 1;
      while (to < length && this.time[to] === this.time[from]) to++;
      if (to > from + 1) order.subarray(from, to).sort((i, j) => compare(at(i), at(j)));
      from = to;
    }
    this.left = gather(this.left, order);
    this.right = gather(this.right, order);
    this.time = gather(this.time, order);
  }
}
