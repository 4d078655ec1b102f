/** Recorded rows with another future: up to a moment the same, after it others, or none. */
import type { Source } from "../../../dsl/mod.ts";
import { firstAtLeast, gather } from "../../engine/mod.ts";
import type { RecordedRows } from "./recorded_rows.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** `changed`: rows are left out, repeated, and hold values of other rows; `removed`: there are none. */
export type FutureKind = "changed" | "removed";

const LEFT_OUT = 0.3;
const REPEATED = 0.3;

/** The rows up to and including a time as they are, then another future. */
export function withOtherFuture(
  recorded: RecordedRows,
  { cutUs, kind, random }: {
    readonly cutUs: number;
    readonly kind: FutureKind;
    readonly random: SeededRandom;
  },
): RecordedRows {
  const { source, time, names, columns } = recorded;
  const past = firstAtLeast(time, time.length, cutUs + 1);
  const places: number[] = [];
  const donors: number[] = [];
  for (let row = 0; row < past; row++) {
    places.push(row);
    donors.push(row);
  }
  for (let row = past; kind === "changed" && row < time.length; row++) {
    if (random.next() < LEFT_OUT) continue;
    const times = random.next() < REPEATED ? 2 : 1;
    for (let copy = 0; copy < times; copy++) {
      places.push(row);
      donors.push(Math.floor(random.next() * time.length));
    }
  }
  const own = Int32Array.from(places);
  const other = Int32Array.from(donors);
  const kept = positionColumns(source);
  return {
    source,
    names,
    time: gather(time, own),
    columns: columns.map((column, at) =>
      gather(column, kept === "all" || kept.has(names[at]!) ? own : other)
    ),
  };
}

/** What decides where a row stands; all of a row, if that is computed from the rest. */
function positionColumns({ columns, time, keys, sequence }: Source): "all" | ReadonlySet<string> {
  const names = new Set([time, ...keys, ...(sequence === undefined ? [] : [sequence])]);
  const isComputed = columns.some(({ name, computed }) => computed && names.has(name));
  return isComputed ? "all" : names;
}
