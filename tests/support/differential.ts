/** Runs a case on engine and oracle and tells where they differ. */
import { type Case, type Closeness, printCase } from "./case.ts";
import { CaseCompileError, compileCase, type CompiledCase } from "./compiled_case.ts";
import { type EngineOptions, engineOutcome } from "./engine_outcome.ts";
import { oracleOutcome } from "./oracle_outcome.ts";
import {
  type Comparison,
  differenceBetween,
  EXACT,
  type Outcome,
  type Tolerance,
} from "./outcome.ts";
import { shrink } from "./shrink.ts";

/** Where the engine differs from the oracle, or undefined. */
export async function differenceOf(
  testCase: Case,
  options: EngineOptions = {},
): Promise<string | undefined> {
  const compiled = compileCase(testCase);
  const expected = oracleOutcome(compiled);
  const actual = await outcomeOrCrash(compiled, options);
  return differenceBetween(expected, actual, comparisonOf(testCase));
}

/** A crash of the engine is an outcome too: shrinking keeps it. */
async function outcomeOrCrash(
  compiled: CompiledCase,
  options: EngineOptions,
): Promise<Outcome> {
  try {
    return await engineOutcome(compiled, options);
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    return { kind: "failed", message: text };
  }
}

const TOLERANCES: Readonly<Record<Closeness, Tolerance>> = {
  close: { relative: 1e-9, absolute: 1e-7 },
  rough: { relative: 1e-6, absolute: 1e-6 },
  counted: { relative: 0.1, absolute: 1 },
  approximate: { relative: 0.0101, absolute: 1e-9 },
};

export function comparisonOf({ features }: Case): Comparison {
  const tolerances = new Map(
    features.flatMap(({ name, close = {} }) =>
      Object.entries(close).map(([column, of]) => [`${name}.${column}`, TOLERANCES[of]])
    ),
  );
  return { toleranceOf: (column) => tolerances.get(column) ?? EXACT };
}

/** A failing case as a report: seed, command, difference, then the smallest such case found. */
export async function reportOf(testCase: Case, difference: string): Promise<string> {
  const small = await shrink(testCase, async (candidate) => {
    const found = await differenceOrNone(candidate);
    return found !== undefined && kindOf(found) === kindOf(difference);
  });
  return [
    `seed ${testCase.seed}: ${difference}`,
    `again: FEATURIZER_SEED=${testCase.seed} FEATURIZER_CASES=1 deno test -A --no-prompt tests/conformance/differential_test.ts`,
    `smallest case found: ${await differenceOrNone(small)}`,
    printCase(small),
  ].join("\n");
}

/** Candidates of a shrink need not compile, nor hang together. */
async function differenceOrNone(testCase: Case): Promise<string | undefined> {
  try {
    return await differenceOf(testCase);
  } catch (error) {
    if (error instanceof CaseCompileError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a smaller case must keep of the difference: the place, or the start of the failure. */
function kindOf(difference: string): string {
  const [line = ""] = difference.split("\n");
  const failure = line.indexOf("the failure");
  return failure >= 0 ? line.slice(failure, failure + 80).replace(/\d+/g, "") : line.slice(0, 7);
}
