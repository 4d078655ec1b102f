/**
 * Rows and queries that cannot be computed. What may fail raises the flag `fails[0]` and gives null, where it does not
 * end the run: then the outputs are cleared, and the engine is told where that was.
 */
import type { Expression } from "../typed_ast.ts";
import type { ExpressionWriter } from "./expression.ts";

/** What may fail: arithmetic of integers, functions over lists, everything of the user's. */
const MAY_FAIL = /\b(?:overflow|beyond|exact|holeResult\w*|h\d+|e\d+|Sd\d+|Sus\d+)\b/;

/** Tells that the row at hand failed. */
export const ROW_FAILED = "rowFailed(i);";

/** The statements for where the text has failed; nothing for a text that cannot. */
export function ifFailed(text: string, statements: string): string {
  return MAY_FAIL.test(text) ? `if (fails[0] !== 0) { ${statements} }` : "";
}

/** Skips rows that fail the test; null is false, and so is what cannot be computed. */
export function skipUnless(row: ExpressionWriter, test: Expression): string {
  const isTrue = row.isTrue(test);
  const text = row.take();
  return `${text}\nif (!${isTrue}) ${skipRow(text)}`;
}

/** Goes on to the next row; the text at hand is all that may have failed. */
export function skipRow(text: string): string {
  const failed = ifFailed(text, ROW_FAILED);
  return failed === "" ? "continue;" : `{ ${failed} continue; }`;
}
