/** The outcome of a case as the oracle sees it. */
import { evaluateSet, type SetRequest } from "../oracle/set.ts";
import { Oracle } from "../oracle/streams.ts";
import { type Cells, RowError } from "../oracle/value.ts";
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
  const oracle = new Oracle(inputs, (plugin) => compiled.holesOf(plugin));
  const counts = inputs.map(({ source }): [string, SourceCounts] => {
    const { late, malformed, duplicates } = oracle.admissionOf(source);
    return [`${source.plugin}.${source.name}`, { late, malformed, duplicates }];
  });
  return {
    kind: "set",
    ...evaluateSet(oracle, setRequestOf(compiled)),
    featureRows: new Map(compiled.features.map((_, i) => [i, featureRows(compiled, oracle, i)])),
    counts: new Map(counts),
  };
}

/** The rows of one feature inside the set's range. */
function featureRows(compiled: CompiledCase, oracle: Oracle, index: number): readonly Cells[] {
  const { startUs, endUs } = compiled.testCase;
  const feature = compiled.features[index]?.feature;
  if (feature === undefined) return [];
  return oracle.rowsOf({ kind: "feature", feature })
    .filter(({ position: { timeUs } }) => timeUs >= startUs && timeUs < endUs)
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
