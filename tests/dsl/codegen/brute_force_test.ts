/** Kernels against the rows themselves: every value recomputed from all rows of its key. */
import assert from "node:assert/strict";
import { writeBarKernel, writeRowKernel, writeSessionKernel } from "../../../dsl/codegen/mod.ts";
import type { AggregateName, Window } from "../../../dsl/typed_ast.ts";
import { Random } from "../../support/random.ts";
import { aggregate, column, KernelRun, outputs, REQUEST, type Row } from "./run_kernel.ts";

interface Event extends Row {
  readonly s: number;
  readonly x: number | null;
}

const X = column("x");
const NAMES = ["count", "sum", "min", "max", "first", "last"] as const;
const TTL = 12;

/** Aggregates of the rows, by hand. */
function valueOf(name: AggregateName, rows: readonly Event[]): number | null {
  const values = rows.map(({ x }) => x).filter((x) => x !== null);
  const sum = values.reduce((sum, x) => sum + x, 0);
  if (name === "count") return values.length;
  if (name === "sum") return sum;
  if (values.length === 0) return null;
  if (name === "first") return values[0]!;
  if (name === "last") return values.at(-1)!;
  return name === "min" ? Math.min(...values) : Math.max(...values);
}

const WINDOWS: Readonly<Record<string, Window>> = {
  short: { kind: "sliding", widthUs: 7 },
  long: { kind: "sliding", widthUs: 40 },
  rows: { kind: "last", rows: 3 },
  ever: { kind: "ever" },
};

function rowsIn(window: Window, rows: readonly Event[], t: number): readonly Event[] {
  if (window.kind === "sliding") return rows.filter((row) => row.t > t - window.widthUs);
  return window.kind === "last" ? rows.slice(-window.rows) : rows;
}

/** The key's rows in sight that are not forgotten: behind the last gap of more than the ttl. */
function remembered(rows: readonly Event[], t: number): readonly Event[] {
  const last = rows.at(-1);
  if (last === undefined || last.t < t - TTL) return [];
  const gap = rows.findLastIndex((row, i) => i > 0 && row.t > rows[i - 1]!.t + TTL);
  return rows.slice(Math.max(0, gap));
}

/** All aggregates over all windows, without and with the current row. */
function valuesAt(rows: readonly Event[], t: number, isAtRow: boolean): unknown[] {
  return Object.values(WINDOWS).flatMap((window) => {
    const inside = rowsIn(window, rows, t);
    const others = isAtRow ? inside.slice(0, -1) : inside;
    return NAMES.flatMap((name) => [valueOf(name, inside), valueOf(name, others)]);
  });
}

Deno.test("windows, excluding current and ttl agree with all rows of the key", () => {
  const text = writeRowKernel({
    ...REQUEST,
    ttlUs: TTL,
    outputs: outputs(Object.fromEntries(
      Object.entries(WINDOWS).flatMap(([label, window]) =>
        NAMES.flatMap((name) =>
          [false, true].map((excludesCurrent) =>
            [
              `${name}_${label}_${excludesCurrent}`,
              aggregate(name, X, window, excludesCurrent ? { excludesCurrent } : {}),
            ] as const
          )
        )
      ),
    )),
  });
  for (let seed = 1; seed <= 6; seed++) {
    const random = new Random(seed);
    const rows = randomEvents(random, 300);
    const queries = rows.flatMap(({ t, s, k }): Pick<Row, "t" | "s" | "k">[] => {
      const later = { t: t + random.int(20), k: 1 + random.int(4) };
      return [{ t, s, k }, ...(random.chance(0.3) ? [later] : [])];
    }).sort((a, b) => a.t - b.t || (a.s ?? Infinity) - (b.s ?? Infinity));
    const made = new KernelRun(text).call(rows, queries);
    const expected = rows.map((row, i) => {
      const own = rows.slice(0, i + 1).filter(({ k }) => k === row.k);
      return [row.t, row.k, ...valuesAt(remembered(own, row.t), row.t, true)];
    });
    assert.deepEqual(made.rows, expected, `seed ${seed}`);
    const answers = queries.map(({ t, s = Infinity, k }) => {
      const seen = rows.filter((row) => row.k === k && (row.t < t || (row.t === t && row.s <= s)));
      const last = seen.at(-1);
      return valuesAt(remembered(seen, t), t, last?.t === t && last.s === s);
    });
    assert.deepEqual(made.answers, answers, `seed ${seed}`);
  }
});

Deno.test("sessions and bars agree with all rows of the key", () => {
  const session = { kind: "session", gapUs: 6 } as const;
  const bar = { kind: "bar", rows: 3 } as const;
  const outputsOver = (window: Window) =>
    outputs(Object.fromEntries(NAMES.map((name) => [name, aggregate(name, X, window)])));
  const sessions = writeSessionKernel({ ...REQUEST, outputs: outputsOver(session) }, session);
  const bars = writeBarKernel({ ...REQUEST, outputs: outputsOver(bar) }, bar);
  for (let seed = 1; seed <= 6; seed++) {
    const rows = randomEvents(new Random(seed), 300);
    const ofKeys = [1, 2, 3, 4].map((k) => rows.filter((row) => row.k === k));
    const closed = ofKeys.flatMap((own) =>
      sessionsOf(own, session.gapUs).map((inside) => {
        const last = inside.at(-1)!;
        return [last.t + session.gapUs, last.k, ...NAMES.map((name) => valueOf(name, inside))];
      })
    ).sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]));
    assert.deepEqual(new KernelRun(sessions).call(rows).rows, closed, `seed ${seed}`);
    const full = rows.flatMap((row) => {
      const own = ofKeys[row.k - 1]!;
      const i = own.indexOf(row);
      if (i % bar.rows !== bar.rows - 1) return [];
      const inside = own.slice(i - 2, i + 1);
      return [[row.t, row.k, ...NAMES.map((name) => valueOf(name, inside))]];
    });
    assert.deepEqual(new KernelRun(bars).call(rows).rows, full, `seed ${seed}`);
  }
});

function sessionsOf(rows: readonly Event[], gapUs: number): Event[][] {
  const sessions: Event[][] = [];
  for (const row of rows) {
    const open = sessions.at(-1);
    const last = open?.at(-1);
    if (open && last && row.t - last.t < gapUs) open.push(row);
    else sessions.push([row]);
  }
  return sessions;
}

/** Rows of four keys with ties in time, gaps and nulls; whole numbers, so that sums are exact. */
function randomEvents(random: Random, count: number): Event[] {
  let t = 0;
  return Array.from({ length: count }, (_, s): Event => {
    t += random.chance(0.4) ? 0 : random.chance(0.1) ? 20 : random.int(6);
    return { t, s, k: 1 + random.int(4), x: random.chance(0.15) ? null : random.int(9) - 4 };
  });
}
