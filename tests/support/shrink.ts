/** Makes a failing case small enough to read. */
import type { Case, CaseSource } from "./case.ts";

/** The smallest case found that still fails; `fails` is asked at most `budget` times. */
export async function shrink(
  testCase: Case,
  fails: (candidate: Case) => Promise<boolean>,
  budget = 600,
): Promise<Case> {
  let best = testCase;
  let asked = 0;
  for (let improved = true; improved;) {
    improved = false;
    for (let index = 0;; index++) {
      const candidate = candidateAt(best, index);
      if (candidate === undefined || asked >= budget) break;
      asked++;
      if (!await fails(candidate)) continue;
      best = candidate;
      improved = true;
      index--;
    }
    if (asked >= budget) break;
  }
  return best;
}

/** The case with its `index`-th removable part left out. */
function candidateAt(testCase: Case, index: number): Case | undefined {
  let number = index;
  for (const candidate of candidates(testCase)) {
    if (number-- === 0) return candidate;
  }
  return undefined;
}

function* candidates(testCase: Case): Generator<Case> {
  const { label: _label, ...unlabelled } = testCase;
  if (testCase.label !== undefined) yield unlabelled;
  if (testCase.features.length > 1) {
    yield { ...testCase, features: testCase.features.slice(0, -1) };
  }
  yield* withFewerRows(testCase);
  yield* withLessText(testCase);
  yield* withSmallerTable(testCase);
  if (testCase.partitions > 1) yield { ...testCase, partitions: 1 };
  if (testCase.batchRows < 1000) yield { ...testCase, batchRows: 1000 };
}

function* withFewerRows(testCase: Case): Generator<Case> {
  for (const [s, source] of testCase.sources.entries()) {
    for (const [e, rows] of source.entries.entries()) {
      for (const size of [16, 4, 1]) {
        for (let from = 0; from + size <= rows.length; from += size) {
          const entries = source.entries.with(e, rows.toSpliced(from, size));
          yield { ...testCase, sources: replaced(testCase.sources, s, { ...source, entries }) };
        }
      }
    }
  }
}

function replaced(sources: readonly CaseSource[], at: number, source: CaseSource): CaseSource[] {
  return sources.with(at, source);
}

/** Whole blocks first, then single lines; what then does not compile is no failing case. */
function* withLessText(testCase: Case): Generator<Case> {
  for (const separator of ["\n\n", "\n"]) {
    for (const [p, plugin] of testCase.plugins.entries()) {
      const pieces = plugin.body.split(separator);
      for (let i = pieces.length - 1; i >= 0; i--) {
        const body = pieces.toSpliced(i, 1).join(separator);
        yield { ...testCase, plugins: testCase.plugins.with(p, { ...plugin, body }) };
      }
    }
  }
}

function* withSmallerTable(testCase: Case): Generator<Case> {
  const { spine } = testCase;
  if (spine.kind !== "table") return;
  for (let i = 0; i < spine.rows.length; i++) {
    yield { ...testCase, spine: { ...spine, rows: spine.rows.toSpliced(i, 1) } };
  }
}
