/** The same rows in one call, and in many with a restart from a snapshot after each: the same to the bit. */
import assert from "node:assert/strict";
import {
  type KernelText,
  writeBarKernel,
  writeFoldKernel,
  writeRowKernel,
  writeSessionKernel,
  writeTumblingKernel,
} from "../../../dsl/codegen/mod.ts";
import type { AggregateName, ClosedWindow, Expression, Window } from "../../../dsl/typed_ast.ts";
import type { ValueType } from "../../../dsl/types.ts";
import { Random } from "../../support/random.ts";
import {
  aggregate,
  column,
  F64,
  I64,
  KernelRun,
  outputs,
  REQUEST,
  type Row,
  STRING,
} from "./run_kernel.ts";

const X = column("x");
const SIDE = column("side", STRING);
const LIST: ValueType = { kind: "list", element: F64 };
const NAMES: readonly AggregateName[] = [
  ...[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "first",
    "last",
    "stddev",
    "median",
    "count_distinct",
  ] as const,
];

function aggregatesOver(window: Window): Record<string, Expression> {
  const numbers = NAMES.map((name) => [name, aggregate(name, X, window)] as const);
  const texts = (["first", "last", "count_distinct"] as const)
    .map((name) =>
      [
        `${name}_side`,
        aggregate(name, SIDE, window, name === "count_distinct" ? { type: I64 } : {}),
      ] as const
    );
  return Object.fromEntries([...numbers, ...texts]);
}

function renamed(
  expressions: Record<string, Expression>,
  suffix: string,
): Record<string, Expression> {
  return Object.fromEntries(Object.entries(expressions).map(([name, one]) => [name + suffix, one]));
}

function rowKernel(more: { ttlUs?: number }): KernelText {
  const excluding = { excludesCurrent: true };
  const sliding: Window = { kind: "sliding", widthUs: 40 };
  return writeRowKernel({
    ...REQUEST,
    ...more,
    where: {
      kind: "binary",
      type: { kind: "bool" },
      operator: "??",
      left: {
        kind: "binary",
        type: { kind: "bool" },
        operator: "!=",
        left: X,
        right: { kind: "lag", type: F64, operand: X, rows: 1 },
      },
      right: { kind: "literal", type: { kind: "bool" }, value: true },
    },
    outputs: outputs({
      ...renamed(aggregatesOver(sliding), "_sliding"),
      ...renamed(aggregatesOver({ kind: "last", rows: 3 }), "_rows"),
      ...renamed(aggregatesOver({ kind: "ever" }), "_ever"),
      others: aggregate("sum", X, sliding, excluding),
      top: aggregate("max", X, { kind: "last", rows: 3 }, excluding),
      two: { kind: "lag", type: STRING, operand: SIDE, rows: 2 },
      before: { kind: "lag", type: LIST, operand: column("list", LIST), rows: 2 },
      list: column("list", LIST),
    }),
  });
}

const COUNTING = (
  state: { n?: number; sides?: Set<string> },
  row: { x: number | null; side: string | null; list: number[] | null },
) => {
  state.n = (state.n ?? 0) + (row.x ?? 0);
  state.sides ??= new Set();
  if (row.side !== null) state.sides.add(row.side);
  return row.list === null ? null : { n: state.n, sides: [...state.sides], list: row.list };
};

function foldKernel(): KernelText {
  return writeFoldKernel({
    ...REQUEST,
    ttlUs: 60,
    outputs: outputs({
      n: { kind: "folded", type: F64, name: "n" },
      sides: { kind: "folded", type: { kind: "list", element: STRING }, name: "sides" },
      list: { kind: "folded", type: LIST, name: "list" },
    }),
  }, {
    hole: 0,
    name: "counting",
    params: {},
    row: [X, SIDE, column("list", LIST)].map((read) => ({ path: [read.name], column: read })),
  });
}

function closedOutputs(window: ClosedWindow) {
  return outputs({ ...aggregatesOver(window), ts: column("ts", { kind: "timestamp" }) });
}

const TUMBLING = { kind: "tumbling", widthUs: 25, offsetUs: 3 } as const;
const SESSION = { kind: "session", gapUs: 9 } as const;
const BAR = { kind: "bar", rows: 3 } as const;
const SUM_BAR = { kind: "sum_bar", of: X, least: 4 } as const;

const KERNELS: Readonly<Record<string, () => KernelText>> = {
  "of rows": () => rowKernel({}),
  "of rows with a ttl": () => rowKernel({ ttlUs: 30 }),
  "of tumbling windows": () =>
    writeTumblingKernel({ ...REQUEST, ttlUs: 70, outputs: closedOutputs(TUMBLING) }, TUMBLING),
  "of sessions": () => writeSessionKernel({ ...REQUEST, outputs: closedOutputs(SESSION) }, SESSION),
  "of bars": () => writeBarKernel({ ...REQUEST, outputs: closedOutputs(BAR) }, BAR),
  "of bars by a sum": () =>
    writeBarKernel({ ...REQUEST, outputs: closedOutputs(SUM_BAR) }, SUM_BAR),
  "of a fold": foldKernel,
};

for (const [kind, write] of Object.entries(KERNELS)) {
  Deno.test(`a kernel ${kind} goes on after a restart as if there had been none`, () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = generator(seed);
      const text = write();
      const rows = randomRows(random, 400);
      const queries = rows.map(({ t, s, k }): Row => random() < 0.5 ? { t, s: s!, k } : { t, k });
      const whole = new KernelRun(text, [COUNTING]).call(rows, queries);
      const parts = inParts(new KernelRun(text, [COUNTING]), { rows, queries, random });
      assert.ok(whole.rows.length > 20, `seed ${seed}`);
      assert.deepEqual(parts, whole, `seed ${seed}`);
    }
  });
}

function inParts(
  run: KernelRun,
  { rows, queries, random }: { rows: Row[]; queries: Row[]; random: () => number },
): { rows: unknown[][]; answers: unknown[][] } {
  const out: { rows: unknown[][]; answers: unknown[][] } = { rows: [], answers: [] };
  for (let from = 0; from < rows.length;) {
    let to = Math.min(rows.length, from + 1 + Math.floor(random() * 60));
    // A slice has all rows of its times.
    while (to < rows.length && rows[to]!.t === rows[to - 1]!.t) to++;
    const until = to < rows.length ? rows[to]!.t : Infinity;
    const made = run.call(rows.slice(from, to), queries.slice(from, to), until);
    out.rows.push(...made.rows);
    out.answers.push(...made.answers);
    run.restart();
    from = to;
  }
  return out;
}

/** Rows of five keys with ties in time, gaps and nulls. */
function randomRows(random: () => number, count: number): Row[] {
  let t = 0;
  return Array.from({ length: count }, (_, s) => {
    t += random() < 0.4 ? 0 : random() < 0.05 ? 100 : Math.floor(random() * 8);
    return {
      t,
      s,
      k: 1 + Math.floor(random() * 5),
      x: random() < 0.1 ? null : Math.round(random() * 50) / 10,
      side: random() < 0.1 ? null : ["buy", "sell", "\u{1F600}"][Math.floor(random() * 3)],
      list: random() < 0.2 ? null : Array.from({ length: Math.floor(random() * 4) }, random),
    };
  });
}

function generator(seed: number): () => number {
  const random = new Random(seed);
  return () => random.int(2 ** 30) / 2 ** 30;
}
