/** The token of a push: log positions that a read must have in sight. */
import { FeaturizerError } from "../errors.ts";

export function printToken(positions: Readonly<Record<string, number>>): string {
  return Object.entries(positions).map(([source, position]) => `${source}@${position}`).join(",");
}

export function parseToken(token: string): Readonly<Record<string, number>> {
  const parts = token.split(",").map((part) => /^([^@,]+)@(\d+)$/.exec(part));
  const entries = parts.map((part) => {
    if (part) return [part[1]!, Number(part[2])] as const;
    throw new FeaturizerError(`Cannot read after "${token}": it is no token of a push`, {
      code: "BAD_TOKEN",
      hint: "Give the token of a receipt as it is.",
    });
  });
  return Object.fromEntries(entries);
}
