/** The pairs of an interval join, by trying every row with every row. */
import type { Feature, Upstream } from "../../dsl/typed_ast.ts";
import { comparePositions, isSamePosition, type Position, sourceIdOf } from "./position.ts";
import { type Cells, keyText, type Value } from "./value.ts";

interface Row {
  readonly position: Position;
  readonly cells: Cells;
}

export interface Pair {
  readonly left: Row;
  readonly right: Row;
  readonly position: Position;
}

export function pairsOf(
  { id, input, joins: [join] }: Feature,
  lefts: readonly Row[],
  rights: readonly Row[],
): readonly Pair[] {
  if (join?.between === undefined) throw new RangeError("Cannot pair rows: no interval");
  const { on, right: upstream, between: { fromUs, toUs } } = join;
  const isSelf = isSame(input, upstream);
  const pairs = lefts.flatMap((left) =>
    rights.filter((right) => {
      const gapUs = right.position.timeUs - left.position.timeUs;
      const key = on.map((pair) => left.cells[pair.left] ?? null);
      const other = on.map((pair) => right.cells[pair.right] ?? null);
      return gapUs >= fromUs && gapUs <= toUs && !key.includes(null) &&
        keyText(key) === keyText(other) &&
        !(isSelf && isSamePosition(left.position, right.position));
    }).map((right): Pair => ({
      left,
      right,
      position: {
        driver: left.position.driver,
        timeUs: Math.max(left.position.timeUs, right.position.timeUs),
        sequence: Infinity,
        madeBy: id,
        tie: [...orderOf(left.position), ...orderOf(right.position)],
      },
    }))
  );
  return pairs.toSorted((a, b) => comparePositions(a.position, b.position));
}

/** Time, then the place and sequence of a row of events, the key of a row made by time. */
function orderOf({ timeUs, union, sequence, tie }: Position): readonly Value[] {
  return Number.isFinite(sequence) ? [timeUs, union?.place ?? 0, sequence] : [timeUs, ...tie];
}

function isSame(a: Upstream, b: Upstream): boolean {
  if (a.kind === "feature") return b.kind === "feature" && a.feature.id === b.feature.id;
  return a.kind === "source" && b.kind === "source" &&
    sourceIdOf(a.source) === sourceIdOf(b.source);
}
