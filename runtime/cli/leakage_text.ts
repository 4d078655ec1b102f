/** What the check of the future found, as people read it. */
import type { Leak, LeakageReport } from "../set/mod.ts";
import { paint } from "./style.ts";
import type { TextStream } from "./terminal.ts";
import { countText, pluralText } from "./value_text.ts";

/** Whether a value depends on what comes after it, or on how a run is carried out. */
export function hasLeak({ trials, unstable }: LeakageReport): boolean {
  return unstable !== undefined || trials.some(({ leak }) => leak !== undefined);
}

/** Lines for one config. */
export function leakageLines(
  stream: TextStream,
  config: string,
  report: LeakageReport,
): readonly string[] {
  const { trials, unstable, sourceRows, cut, seed } = report;
  const read = Object.entries(sourceRows)
    .map(([source, rows]) => `${countText(rows)} of ${source}`).join(", ");
  const times = new Set(trials.map(({ time }) => time)).size;
  const leaks = trials.filter(({ leak }) => leak !== undefined);
  return [
    `${paint(stream, "bold", config)}  rows ${read}${cut ? " (not all, see --rows)" : ""}`,
    ...leaks.slice(0, MOST_LEAKS).map(({ time, future, leak }) => {
      const when = future === "removed" ? "without rows" : "with other rows";
      return `  ${paint(stream, "red", "leak")}: ${leakText(leak!, `${when} after ${time}`)}`;
    }),
    ...(leaks.length > MOST_LEAKS ? [`  and ${leaks.length - MOST_LEAKS} more`] : []),
    ...(unstable === undefined ? [] : [
      `  ${paint(stream, "red", "unstable")}: ${leakText(unstable, "in other batches")}`,
      "  hint: a function keeps state from row to row; give it all it needs as arguments, or fold",
    ]),
    ...trials.flatMap(({ time, failed }) =>
      failed === undefined ? [] : [`  not tried with other rows after ${time}: ${failed}`]
    ),
    ...(times === 0 && unstable === undefined
      ? ["  nothing tried: no row lies in the range of the set; see --rows"]
      : []),
    ...(times === 0 || hasLeak(report) ? [] : [
      `  ${paint(stream, "green", "no leak")} at ${pluralText(times, "time")} with 2 other ` +
      `futures each, seed ${seed}; up to ${countText(mostRows(report))} rows of the set compared`,
    ]),
  ];
}

const MOST_LEAKS = 3;

function mostRows({ trials }: LeakageReport): number {
  return Math.max(0, ...trials.map(({ rows }) => rows));
}

function leakText({ row, at, column, expected, actual }: Leak, when: string): string {
  const what = column === undefined ? "" : `${column} `;
  return `row ${countText(row)} (${at.join(", ")}): ${what}${expected}, but ${actual} ${when}`;
}
