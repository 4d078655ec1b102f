/** The values that plugins of tests may have in holes: functions, aggregates, reducers. */

/** Numbers are small, so results are exact. */
export const HOLE_FUNCTIONS = {
  half: (x: number) => x / 2,
  combine: (a: number, b: number) => a + 3 * b,
  size: (text: string) => text.length,
  is_even: (x: number) => Math.floor(x) % 2 === 0,
  delay: (text: string) => text.length * 1_000_000,
  sign_name: (x: number) => x < 0 ? "below" : x > 0 ? "above" : "",
  shout: (text: string) => `${text}!`,
  range_of: (x: number, y: number) => [Math.min(x, y), Math.max(x, y)],
  corner: (x: number) => ({ at: x, name: String(x) }),
  explode: (x: number): number => {
    throw new Error(`no value for ${x}`);
  },
};

interface Mean {
  n: number;
  total: number;
}

interface Longest {
  text: string | null;
}

/** An aggregate that can take a row away again, and some that can not. */
export const HOLE_AGGREGATES = {
  middle: {
    init: (): Mean => ({ n: 0, total: 0 }),
    add: (state: Mean, x: number): Mean => ({ n: state.n + 1, total: state.total + x }),
    remove: (state: Mean, x: number): Mean => ({ n: state.n - 1, total: state.total - x }),
    merge: (a: Mean, b: Mean): Mean => ({ n: a.n + b.n, total: a.total + b.total }),
    result: (state: Mean) => state.n === 0 ? null : state.total / state.n,
  },
  longest: {
    init: (): Longest => ({ text: null }),
    add: (state: Longest, text: string): Longest => {
      if (state.text === null || text.length > state.text.length) state.text = text;
      return state;
    },
    merge: (a: Longest, b: Longest): Longest =>
      a.text === null || b.text !== null && b.text.length > a.text.length ? b : a,
    result: (state: Longest) => state.text,
  },
  dotted: {
    init: (): number[] => [],
    add: (state: number[], x: number, y: number): number[] => {
      state.push(x * y);
      return state;
    },
    merge: (a: number[], b: number[]): number[] => [...a, ...b],
    result: (state: number[]) => state,
  },
};

interface Tally {
  n?: number;
  nulls?: number;
}

type FoldRow = Readonly<Record<string, unknown>>;

/** Reducers over whatever columns a row has: `n i64, nulls i64` and `seen list<i64>, name string`. */
export const HOLE_FOLDS = {
  tally: (state: Tally, row: FoldRow) => {
    state.n = (state.n ?? 0) + 1;
    state.nulls = (state.nulls ?? 0) + Object.values(row).filter((value) => value === null).length;
    return state.n % 3 === 0 ? null : { n: state.n, nulls: state.nulls };
  },
  recent: {
    init: () => ({ n: 0, seen: [] as number[] }),
    reduce: (state: { n: number; seen: number[] }) => {
      state.n += 1;
      state.seen = [...state.seen, state.n].slice(-2);
      return { seen: state.seen, name: `row ${state.n}` };
    },
  },
};

interface Sums {
  n: number;
  total: number;
}

function changed(state: Sums, by: 1 | -1, x: number): Sums {
  state.n += by;
  if (x > 2) throw new Error(`${x} is too much`);
  state.total += by * x;
  return state;
}

const stumbling = {
  init: (): Sums => ({ n: 0, total: 0 }),
  add: (state: Sums, x: number) => changed(state, 1, x),
  result: (state: Sums) => state.n * 1000 + state.total,
};

/** What a user may get wrong. */
export const HOLE_MISTAKES = {
  leaking: {
    init: () => ({ n: 0, next: undefined as unknown }),
    reduce: (state: { n: number; next: unknown }) => {
      state.next = () => 1;
      return { n: ++state.n };
    },
  },
  faulty: {
    init: () => 0,
    add: (state: number, x: number): number => {
      if (x > 2) throw new Error(`${x} is too much`);
      return state + x;
    },
    result: (state: number) => state,
  },
  picky: (x: number): number => {
    if (x > 2) throw new Error(`${x} is too much`);
    return 2 * x;
  },
  /** Throws when its state is half changed. */
  faltering: {
    init: () => ({ n: 0, total: 0 }),
    reduce: (state: { n: number; total: number }, row: { readonly x: number }) => {
      state.n++;
      if (row.x > 2) throw new Error(`${row.x} is too much`);
      state.total += row.x;
      return { n: state.n, total: state.total };
    },
  },
  /** The same as an aggregate, which can take a row away again, or merge. */
  stumbling: { ...stumbling, remove: (state: Sums, x: number) => changed(state, -1, x) },
  stumbling_ahead: {
    ...stumbling,
    merge: (a: Sums, b: Sums) => ({ n: a.n + b.n, total: a.total + b.total }),
  },
};

export const HOLES: ReadonlyMap<string, unknown> = new Map(
  Object.entries({ ...HOLE_FUNCTIONS, ...HOLE_AGGREGATES, ...HOLE_FOLDS, ...HOLE_MISTAKES }),
);

/** The hole's value as TypeScript text. */
export function holeText(name: string): string {
  const value = HOLES.get(name);
  if (typeof value === "function") return String(value);
  const parts = Object.entries(value ?? {}).map(([part, body]) => `${part}: ${String(body)}`);
  return `{ ${parts.join(", ")} }`;
}
