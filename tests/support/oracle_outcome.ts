/** The outcome of a case as the oracle sees it. */
import { evaluateSet, type SetRequest, sourcesOf } from "../oracle/set.ts";
import { sourceIdOf } from "../oracle/position.ts";
import { Oracle } from "../oracle/streams.ts";
import { type Cells, compareKeys, RowError } from "../oracle/value.ts";
import type { CaseSpine } from "./case.ts";
import { type CompiledCase, sourceOf, streamChoiceOf } from "./compiled_case.ts";
import type { Outcome, SourceCounts } from "./outcome.ts";

export function oracleOutcome(compiled: CompiledCase): Outcome {
  try {
    return outcomeOf(compiled);
  } catch (error) {
    if (error instanceof RowError) return { kind: "failed", message: error.message };
    throw error;
  }
}

function outcomeOf(compiled: CompiledCase): Outcome {
  const { testCase } = compiled;
  const inputs = testCase.sources.map(({ definition, entries }) => ({
    source: sourceOf(compiled, definition),
    entries,
  }));
  const untilUs = testCase.endUs + (testCase.label?.lookaheadUs ?? 0);
  const oracle = new Oracle(inputs, (plugin) => compiled.holesOf(plugin), untilUs);
  const used = usedSources(compiled);
  const counts = inputs.flatMap(({ source }): [string, SourceCounts][] => {
    const { late, malformed, duplicates, lastTimeUs } = oracle.admissionOf(source);
    const isReadToItsEnd = lastTimeUs < testCase.endUs;
    if (!isReadToItsEnd || !used.has(sourceIdOf(source))) return [];
    return [[`${source.plugin}.${source.name}`, { late, malformed, duplicates }]];
  });
  return {
    kind: "set",
    ...evaluateSet(oracle, setRequestOf(compiled)),
    featureRows: new Map(
      compiled.features.flatMap(({ feature }, i) =>
        feature.form === "request" ? [] : [[i, featureRows(compiled, oracle, i)] as const]
      ),
    ),
    counts: new Map(counts),
  };
}

/** Sources that a feature or the spine reads. */
function usedSources({ features, testCase, sources }: CompiledCase): ReadonlySet<string> {
  const { spine } = testCase;
  const stream = spine.kind === "grid"
    ? spine.keysOf
    : spine.kind === "rows"
    ? spine.of
    : undefined;
  const own = typeof stream === "string" ? sources.get(stream) : undefined;
  const used = features.flatMap(({ feature }) => [...sourcesOf({ kind: "feature", feature })]);
  return new Set([...used, ...(own === undefined ? [] : [own])].map(sourceIdOf));
}

/** The rows of one feature inside the set's range; those of closed windows by their own keys. */
function featureRows(compiled: CompiledCase, oracle: Oracle, index: number): readonly Cells[] {
  const { startUs, endUs } = compiled.testCase;
  const feature = compiled.features[index]?.feature;
  if (feature === undefined) return [];
  const keyOf = (cells: Cells) => feature.keys.map(({ name }) => cells[name] ?? null);
  return oracle.rowsOf({ kind: "feature", feature })
    .filter(({ position: { timeUs } }) => timeUs >= startUs && timeUs < endUs)
    .toSorted(({ position: a, cells: left }, { position: b, cells: right }) =>
      a.timeUs - b.timeUs || (a.union?.place ?? 0) - (b.union?.place ?? 0) ||
      (a.sequence === b.sequence ? 0 : a.sequence - b.sequence) ||
      compareKeys(keyOf(left), keyOf(right))
    )
    .map((row) => row.cells);
}

function setRequestOf(compiled: CompiledCase): SetRequest {
  const { label, spine, startUs, endUs } = compiled.testCase;
  return {
    features: compiled.features,
    spine: spineOf(compiled, spine),
    startUs,
    endUs,
    ...(label === undefined ? {} : { label }),
  };
}

function spineOf(compiled: CompiledCase, spine: CaseSpine): SetRequest["spine"] {
  switch (spine.kind) {
    case "grid":
      return { ...spine, keysOf: streamChoiceOf(compiled, spine.keysOf) };
    case "rows":
      return { kind: "rows", of: streamChoiceOf(compiled, spine.of) };
    case "table":
      return spine;
  }
}
