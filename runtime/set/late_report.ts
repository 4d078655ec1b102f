/** What did not count, in numbers and in words. */
import { type PhysicalPlan, printDuration, type Source } from "../../dsl/mod.ts";
import type { AdmissionCounts } from "../engine/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { OpenedFeeds } from "./feeds.ts";
import type { LateReport } from "./report.ts";

export function lateReports(plan: PhysicalPlan, { list }: OpenedFeeds): readonly LateReport[] {
  return plan.sources.map(({ source }, number) => {
    const counts = list[number]!.admission.counts;
    const { late, malformed, duplicates, firstLate, firstMalformed } = counts;
    return {
      source: `${source.plugin}.${source.name}`,
      late,
      malformed,
      duplicates,
      ...(firstLate
        ? {
          firstLateRow: firstLate.row,
          firstLateFile: firstLate.file,
          latenessToAdmitAllUs: counts.latenessToAdmitAllUs,
        }
        : {}),
      ...(firstMalformed ? { firstMalformed } : {}),
    };
  });
}

export function latenessError(source: Source, counts: AdmissionCounts): FeaturizerError {
  const { file, row } = counts.firstLate!;
  const name = `${source.plugin}.${source.name}`;
  const needed = printDuration(counts.latenessToAdmitAllUs);
  return new FeaturizerError(`Cannot read "${name}": row ${row} of "${file}" is late`, {
    code: "ROW_LATE",
    hint: `Its source has lateness ${
      printDuration(source.latenessUs)
    }; the rows so far need ${needed}. Raise the lateness, sort the file, or let the data source say \`late: drop\`.`,
  });
}

export function malformedError(source: Source, counts: AdmissionCounts): FeaturizerError {
  const { file, row, reason } = counts.firstMalformed!;
  const name = `${source.plugin}.${source.name}`;
  return new FeaturizerError(
    `Cannot read "${name}": row ${row} of "${file}" is malformed: ${reason}`,
    {
      code: "ROW_MALFORMED",
      hint:
        "Correct the row, or let the data source say `late: drop`: malformed rows are then left out and counted.",
    },
  );
}
