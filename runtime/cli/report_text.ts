/** What a finished run says of its set. */
import type { LateReport, SetReport } from "../set/mod.ts";
import { pathText } from "./path_text.ts";
import { paint } from "./style.ts";
import type { TextStream } from "./terminal.ts";
import {
  bytesText,
  countText,
  durationText,
  pluralText,
  secondsText,
  shortCountText,
} from "./value_text.ts";

const MINUTE_US = 60_000_000;

/** Lines about the result file, what was left out and why, and what was stored and reused. */
export function reportLines(stream: TextStream, report: SetReport, bytes: number): string[] {
  const label = (name: string) => paint(stream, "dim", name.padEnd(8));
  const rate = report.seconds < 1
    ? ""
    : `, ${shortCountText(report.sourceRows / report.seconds)} rows/s`;
  return [
    `${label("set")} ${paint(stream, "bold", pathText(report.path))}  ${
      pluralText(report.rows, "row")
    } × ${pluralText(report.columns.length, "column")}, ${bytesText(bytes)}`,
    `${label("took")} ${secondsText(report.seconds)}, ${
      countText(report.sourceRows)
    } source rows${rate}`,
    ...labelLines(report).map((line) => `${label("label")} ${line}`),
    ...report.late.flatMap(lateLines).map((line) => `${label("left out")} ${line}`),
    ...(report.spilledBytes === 0 ? [] : [
      `${label("aside")} ${bytesText(report.spilledBytes)} of rows on disk until long windows end`,
    ]),
    ...(report.reused.length === 0
      ? []
      : [`${label("reused")} ${report.reused.join(", ")} (from the store, not computed again)`]),
    ...report.stored.map(({ feature, rows, blocks }) =>
      `${label("stored")} ${feature}: ${pluralText(rows, "row")} in ${pluralText(blocks, "block")}`
    ),
  ];
}

function labelLines({ droppedPastLabels, labelNulls }: SetReport): string[] {
  return [
    ...(droppedPastLabels === 0 ? [] : [
      `${pluralText(droppedPastLabels, "row")} dropped: the label lies past the end of the data`,
    ]),
    ...(labelNulls === 0 ? [] : [
      `${pluralText(labelNulls, "row")} with a null label (\`label_nulls: drop\` leaves them out)`,
    ]),
  ];
}

function lateLines(report: LateReport): string[] {
  const { source, late, malformed, duplicates, firstMalformed } = report;
  return [
    ...(late === 0 ? [] : [`${source}: ${pluralText(late, "late row")}${lateDetails(report)}`]),
    ...(malformed === 0 ? [] : [
      `${source}: ${pluralText(malformed, "malformed row")}${malformedDetails(firstMalformed)}`,
    ]),
    ...(duplicates === 0 ? [] : [`${source}: ${pluralText(duplicates, "duplicate")}`]),
  ];
}

function lateDetails({ firstLateRow, firstLateFile, latenessToAdmitAllUs }: LateReport): string {
  const first = firstLateRow === undefined
    ? ""
    : `, the first is row ${countText(firstLateRow)}${
      firstLateFile === undefined ? "" : ` of ${pathText(firstLateFile)}`
    }`;
  const enough = latenessToAdmitAllUs === undefined
    ? ""
    : `; \`lateness ${durationText(roundUp(latenessToAdmitAllUs))}\` would admit all`;
  return first + enough;
}

/** To whole minutes from an hour on. */
function roundUp(latenessUs: number): number {
  return latenessUs < 60 * MINUTE_US ? latenessUs : Math.ceil(latenessUs / MINUTE_US) * MINUTE_US;
}

function malformedDetails(first: LateReport["firstMalformed"]): string {
  return first === undefined
    ? ""
    : `, the first is row ${countText(first.row)} of ${pathText(first.file)}: ${first.reason}`;
}
