/** Which rows belong to which window, by going through all of them. */
import type { AggregateCall, ClosedWindow, Expression } from "../../dsl/typed_ast.ts";

export interface Timed {
  readonly position: { readonly timeUs: number };
}

/** A closed window with its rows: where its own row stands, and the moment its aggregates are read at. */
export interface Filled<R> {
  readonly rows: readonly R[];
  readonly endUs: number;
  readonly readUs: number;
  /** The row that closed a bar. */
  readonly closing?: R;
}

/** Those of the rows seen that an event-driven window holds at `atUs`. */
export function windowed<R extends Timed>(
  { window }: AggregateCall,
  seen: readonly R[],
  atUs: number,
): readonly R[] {
  switch (window.kind) {
    case "sliding":
      return seen.filter(({ position }) => position.timeUs > atUs - window.widthUs);
    case "last":
      return seen.slice(-window.rows);
    case "ever":
      return seen;
    default:
      throw new RangeError("Cannot evaluate a closed window at a row");
  }
}

/** The closed windows of one key's rows. */
export function closedWindows<R extends Timed>(
  window: ClosedWindow,
  rows: readonly R[],
  { ttlUs, untilUs, valueOf }: {
    readonly ttlUs: number;
    readonly untilUs: number;
    valueOf(of: Expression, row: R): number;
  },
): readonly Filled<R>[] {
  switch (window.kind) {
    case "tumbling":
      return gridWindows({ ...window, stepUs: window.widthUs }, rows, { ttlUs, untilUs });
    case "hopping":
      return gridWindows(window, rows, { ttlUs, untilUs });
    case "session":
      return sessions(rows, window.gapUs);
    case "bar":
      return bars(rows, (bar) => bar.length === window.rows);
    case "sum_bar":
      return bars(
        rows,
        (bar) => bar.reduce((sum, row) => sum + valueOf(window.of, row), 0) >= window.least,
      );
  }
}

interface Grid {
  readonly widthUs: number;
  readonly stepUs: number;
  readonly offsetUs: number;
  readonly fill?: boolean;
}

function gridWindows<R extends Timed>(
  { widthUs, stepUs, offsetUs, fill }: Grid,
  rows: readonly R[],
  { ttlUs, untilUs }: { readonly ttlUs: number; readonly untilUs: number },
): readonly Filled<R>[] {
  const times = rows.map((row) => row.position.timeUs);
  const lastUs = times.at(-1) ?? -Infinity;
  const endUs = fill ? Math.min(untilUs, lastUs + ttlUs) : lastUs + widthUs;
  const result: Filled<R>[] = [];
  let closeUs = (Math.floor(((times[0] ?? Infinity) - offsetUs) / stepUs) + 1) * stepUs + offsetUs;
  for (; closeUs <= endUs; closeUs += stepUs) {
    const inside = rows.filter(({ position: { timeUs } }) =>
      timeUs >= closeUs - widthUs && timeUs < closeUs
    );
    const before = times.findLast((timeUs) => timeUs < closeUs) ?? -Infinity;
    if (fill ? closeUs > before + ttlUs : inside.length === 0) continue;
    result.push({ rows: inside, endUs: closeUs, readUs: closeUs - 1 });
  }
  return result;
}

function sessions<R extends Timed>(rows: readonly R[], gapUs: number): readonly Filled<R>[] {
  const result: R[][] = [];
  for (const row of rows) {
    const open = result.at(-1);
    const lastUs = open?.at(-1)?.position.timeUs ?? -Infinity;
    if (open === undefined || row.position.timeUs - lastUs >= gapUs) result.push([row]);
    else open.push(row);
  }
  return result.map((session) => {
    const endUs = (session.at(-1)?.position.timeUs ?? 0) + gapUs;
    return { rows: session, endUs, readUs: endUs - 1 };
  });
}

function bars<R extends Timed>(
  rows: readonly R[],
  isFull: (bar: readonly R[]) => boolean,
): readonly Filled<R>[] {
  const result: Filled<R>[] = [];
  let bar: R[] = [];
  for (const row of rows) {
    bar.push(row);
    if (!isFull(bar)) continue;
    const { timeUs } = row.position;
    result.push({ rows: bar, endUs: timeUs, readUs: timeUs, closing: row });
    bar = [];
  }
  return result;
}
