/** Makes a failing case small enough to read. */
import type { Case, CaseFeature, CaseSource, CaseStream } from "./case.ts";

/** The smallest case found that still fails; `fails` is asked at most `budget` times. */
export async function shrink(
  testCase: Case,
  fails: (candidate: Case) => Promise<boolean>,
  budget = 2500,
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
  yield* withFewerFeatures(testCase);
  yield* withFewerRows(testCase);
  yield* withLessText(testCase);
  yield* withFewerClauses(testCase);
  yield* withSimplerText(testCase);
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

/** One feature less, where nothing refers to it. */
function* withFewerFeatures(testCase: Case): Generator<Case> {
  const { features, label, spine } = testCase;
  const stream = spine.kind === "grid"
    ? spine.keysOf
    : spine.kind === "rows"
    ? spine.of
    : undefined;
  const used = new Set<CaseStream | undefined>([stream, label?.feature]);
  for (const { bindings } of features) {
    for (const { feature } of Object.values(bindings ?? {})) used.add(feature);
  }
  for (let gone = features.length - 1; gone >= 0; gone--) {
    if (used.has(gone) || features.length === 1) continue;
    const move = (index: number) => index > gone ? index - 1 : index;
    const moved = (of: CaseStream) => typeof of === "number" ? move(of) : of;
    yield {
      ...testCase,
      features: features.toSpliced(gone, 1).map((feature, i) => renumbered(feature, i, move)),
      ...(label === undefined ? {} : { label: { ...label, feature: move(label.feature) } }),
      spine: spine.kind === "grid"
        ? { ...spine, keysOf: moved(spine.keysOf) }
        : spine.kind === "rows"
        ? { ...spine, of: moved(spine.of) }
        : spine,
    };
  }
}

function renumbered(
  feature: CaseFeature,
  index: number,
  move: (index: number) => number,
): CaseFeature {
  const bindings = Object.entries(feature.bindings ?? {})
    .map(([input, bound]) => [input, { ...bound, feature: move(bound.feature) }] as const);
  return {
    ...feature,
    name: `f${index}`,
    ...(bindings.length === 0 ? {} : { bindings: Object.fromEntries(bindings) }),
  };
}

const CLAUSES = [
  / every \w+/,
  / ttl \w+/,
  / excluding current/,
  / fill/,
  / offset -?\w+/,
  / per [\w.]+( top \d by \w+)?/,
  / top \d by \w+/,
  / within \w+/,
  / lateness \w+/,
  / unique by .*/,
  / by [\w, ]+(?= \{| where)/,
  / where [^{]*(?= \{)/,
  / over (tumbling|hopping|session|last)? ?\w+( step \w+)?( rows)?(?=\))/,
];

/** A clause left out, wherever it stands. */
function* withFewerClauses(testCase: Case): Generator<Case> {
  for (const [p, plugin] of testCase.plugins.entries()) {
    for (const clause of CLAUSES) {
      for (const { index, 0: text } of plugin.body.matchAll(new RegExp(clause, "g"))) {
        const body = plugin.body.slice(0, index) + plugin.body.slice(index + text.length);
        yield { ...testCase, plugins: testCase.plugins.with(p, { ...plugin, body }) };
      }
    }
  }
}

/** A parenthesis replaced by a constant, by a column, or by what is in it. */
function* withSimplerText(testCase: Case): Generator<Case> {
  for (const [p, plugin] of testCase.plugins.entries()) {
    const { body } = plugin;
    for (let start = body.indexOf("("); start >= 0; start = body.indexOf("(", start + 1)) {
      const end = closingOf(body, start);
      for (const simple of ["1", "x", "true"]) {
        if (end - start <= simple.length) continue;
        const shorter = body.slice(0, start) + simple + body.slice(end + 1);
        yield { ...testCase, plugins: testCase.plugins.with(p, { ...plugin, body: shorter }) };
      }
    }
  }
}

function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return open;
}
