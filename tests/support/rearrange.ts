/** Other arrivals of the same rows: shuffled within the lateness, or with another future. */
import { type Admission, admit } from "../oracle/admission.ts";
import type { Cells } from "../oracle/value.ts";
import type { Case } from "./case.ts";
import { type CompiledCase, sourceOf } from "./compiled_case.ts";
import { Random } from "./random.ts";
import { SECOND_US } from "./random_rows.ts";

/** The case with admitted rows only, each source in one entry and in order. */
export function withoutRefusedRows(compiled: CompiledCase): Case {
  const { testCase } = compiled;
  return {
    ...testCase,
    sources: testCase.sources.map(({ definition, entries }) => ({
      definition,
      entries: [admissionOf(compiled, definition, entries).rows.map((row) => row.cells)],
    })),
  };
}

function admissionOf(
  compiled: CompiledCase,
  definition: string,
  entries: readonly (readonly Cells[])[],
): Admission {
  const source = sourceOf(compiled, definition);
  return admit(source, entries, (index) => {
    const hole = compiled.holesOf(source.plugin)[index];
    return (...values) => typeof hole === "function" ? hole(...values) : null;
  });
}

/** Rows come later than in order, by less than the lateness; rows of one time keep their order. */
export function shuffledWithinLateness(compiled: CompiledCase, ordered: Case, seed: number): Case {
  const random = new Random(seed);
  return {
    ...ordered,
    sources: ordered.sources.map(({ definition, entries }) => {
      const { latenessUs, time } = sourceOf(compiled, definition);
      const arrivalUs = new Map<number, number>();
      for (const row of entries.flat()) {
        const timeUs = Number(row[time]);
        if (!arrivalUs.has(timeUs)) arrivalUs.set(timeUs, timeUs + random.int(latenessUs + 1));
      }
      const arrivalOf = (row: Cells) => arrivalUs.get(Number(row[time])) ?? 0;
      const shuffle = (rows: readonly Cells[]) =>
        rows.toSorted((a, b) => arrivalOf(a) - arrivalOf(b));
      return { definition, entries: entries.map(shuffle) };
    }),
  };
}

/** Rows after `cutUs` are dropped, repeated or get the payload of other rows. */
export function withAnotherFuture(
  compiled: CompiledCase,
  ordered: Case,
  { cutUs, seed }: { readonly cutUs: number; readonly seed: number },
): Case {
  const random = new Random(seed);
  return {
    ...ordered,
    sources: ordered.sources.map(({ definition, entries }) => {
      const source = sourceOf(compiled, definition);
      const rows = entries.flat();
      const past = rows.filter((row) => Number(row[source.time]) <= cutUs);
      const future = rows.filter((row) => Number(row[source.time]) > cutUs)
        .flatMap((row) => random.chance(0.3) ? [] : random.chance(0.3) ? [row, row] : [row])
        .map((row) => ({ ...random.pick(rows), ...timesOf(source, row) }));
      return { definition, entries: [[...past, ...future]] };
    }),
  };
}

/** The row's columns that decide its position. */
function timesOf(
  { columns, time, sequence, keys }: ReturnType<typeof sourceOf>,
  row: Cells,
): Cells {
  const isKept = (name: string, kind: string) =>
    kind === "timestamp" || name === time || name === sequence || keys.includes(name);
  const kept = columns.filter(({ name, type }) => isKept(name, type.kind));
  return Object.fromEntries(kept.map(({ name }) => [name, row[name] ?? null]));
}

/** A moment in the middle of the range, on the grid of the rows. */
export function middleOf({ startUs, endUs }: Case): number {
  return Math.floor((startUs + endUs) / 2 / SECOND_US) * SECOND_US;
}
