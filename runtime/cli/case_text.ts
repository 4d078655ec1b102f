/** What is wrong with a case, as people read it. */
import { type CaseFailure, type CaseResult, tableText, type TextTable } from "../set/mod.ts";
import { paint } from "./style.ts";
import type { TextStream } from "./terminal.ts";

/** Lines of a failed case; none for one that passed. */
export function failureLines(stream: TextStream, { failure }: CaseResult): readonly string[] {
  if (failure === undefined) return [];
  if (failure.kind === "error") {
    return [
      ...failure.message.split("\n"),
      ...(failure.hint === undefined ? [] : [`${paint(stream, "cyan", "hint")}: ${failure.hint}`]),
    ];
  }
  if (failure.kind === "rows") {
    const rows = tableText(failure.actual);
    const isOpen = failure.wrong.length === 0;
    return [
      ...(isOpen
        ? ["nothing is expected of it yet; its rows are"]
        : [...differenceLines(stream, failure), "its rows are"]),
      ...rows.map((line) => `  ${line}`),
    ];
  }
  return [failure.message, ...differenceLines(stream, failure)];
}

/** The rows that differ, each wrong cell as `expected ≠ actual`. */
function differenceLines(
  stream: TextStream,
  { wrong, expected, actual }: Exclude<CaseFailure, { kind: "error" }>,
): readonly string[] {
  const rows = [...new Set(wrong.map(({ row }) => row))].slice(0, MOST_ROWS);
  const table: TextTable = {
    names: ["row", ...expected.names],
    rows: rows.map((row) => {
      const [wanted, got] = [expected.rows[row - 1], actual.rows[row - 1]];
      if (got === undefined) return [`${row} missing`, ...wanted ?? []];
      if (wanted === undefined) return [`${row} too many`, ...got];
      return [
        String(row),
        ...wanted.map((word, at) => word === got[at] ? word : `${word} ≠ ${got[at]}`),
      ];
    }),
  };
  const [head = "", ...lines] = tableText(table);
  const more = new Set(wrong.map(({ row }) => row)).size - rows.length;
  return [
    paint(stream, "bold", `expected ≠ actual, in the rows that differ`),
    `  ${head}`,
    ...lines.map((line) => `  ${paint(stream, "red", line)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const MOST_ROWS = 20;
