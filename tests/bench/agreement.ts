/** Before anything is timed: both sides give the same values, and the deviation of (b) holds its promise. */
import { EngineRoad, type MarketSources } from "./engine_road.ts";
import type { MemoryCase } from "./memory_cases.ts";
import { KeptOutput } from "./output.ts";

/** More than the window of (b) holds, so that rows leave it. */
export const AGREEMENT_ROWS = 900_000;
const RELATIVE = 1e-9;
const WIDTH_US = 60_000_000;

export interface Deviation {
  /** Of the engine against two passes over the window, at every sampled row. */
  readonly largestError: number;
  readonly least: number;
  readonly rows: number;
}

export interface Agreed {
  readonly sources: MarketSources;
  /** The engine's. */
  readonly columns: readonly Float64Array[];
}

/** Throws where the sides differ by more than rounding. */
export async function checkAgreement(one: MemoryCase): Promise<Agreed> {
  const sources = one.createSources(AGREEMENT_ROWS);
  const plain = new KeptOutput();
  one.runPlain(sources, plain.take);
  const road = new EngineRoad(one.plan, sources);
  const engine = new KeptOutput();
  road.prepare();
  await road.run(engine.take, () => {});
  const columns = engine.columns();
  plain.columns().forEach((column, place) => compareColumns(one.letter, column, columns[place]));
  return { sources, columns };
}

/** Throws where the values of a column differ by more than rounding. */
export function compareColumns(
  letter: string,
  plain: Float64Array,
  engine: Float64Array | undefined,
): void {
  if (plain.length !== engine?.length) {
    throw new RangeError(
      `Cannot compare (${letter}): ${plain.length} values against ${engine?.length}`,
    );
  }
  for (let row = 0; row < plain.length; row++) {
    const [wanted, got] = [plain[row]!, engine[row]!];
    const isSame = wanted === got || (wanted !== wanted && got !== got) ||
      Math.abs(wanted - got) <= RELATIVE * Math.max(1, Math.abs(wanted));
    if (!isSame) {
      throw new RangeError(`Cannot compare (${letter}): row ${row} is ${wanted} against ${got}`);
    }
  }
}

/** The deviation of (b) against two passes; its columns are ts, symbol, count, sum, avg, stddev. */
export function checkDeviation({ sources, columns }: Agreed): Deviation {
  const [times, symbols, , , , deviations] = columns;
  const prices = sources.trades!.flatMap(({ columns: { price } }) => [...price!]);
  const rowsOf = new Map<number, number[]>();
  let largestError = 0, least = Infinity, rows = 0;
  for (let row = 0; row < prices.length; row++) {
    const own = rowsOf.get(symbols![row]!) ?? [];
    rowsOf.set(symbols![row]!, own);
    own.push(row);
    // Rare keys have few rows in a window, where cancellation hurts most; frequent ones are sampled.
    if (own.length > 50 && row % 97 !== 0) continue;
    const inside = own.filter((each) => times![each]! > times![row]! - WIDTH_US);
    const wanted = twoPass(inside.map((each) => prices[each]!));
    const got = deviations![row]!;
    if (wanted !== wanted && got !== got) continue;
    rows++;
    least = Math.min(least, got);
    const error = Math.abs(wanted - got);
    largestError = error <= largestError ? largestError : error;
  }
  return { largestError, least, rows };
}

function twoPass(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
