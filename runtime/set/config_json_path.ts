/**
 * Paths into JSON messages, a strict part of JSONPath: `a.b`, `a[0]`, `a["odd name"]`, `a[*]` for every element,
 * with or without `$` or `$.` before it.
 */

export type JsonStep = string | number | { readonly every: true };

export interface JsonPath {
  /** It began with `$`: it starts at the message even where others start at a row. */
  readonly isRooted: boolean;
  readonly steps: readonly JsonStep[];
}

const STEP = /^(?:\.?([\p{L}_@$][\p{L}\p{N}_@$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\[(\*)\])/u;

/** The steps of a path; undefined if it is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const trimmed = text.trim();
  const isRooted = /^\$(?:$|[.[])/.test(trimmed);
  let rest = isRooted ? trimmed.slice(1) : trimmed;
  const steps: JsonStep[] = [];
  while (rest !== "") {
    const found = STEP.exec(rest);
    const isFirst = steps.length === 0 && !isRooted;
    if (found === null || (found[1] !== undefined && isFirst === rest.startsWith("."))) {
      return undefined;
    }
    steps.push(stepOf(found));
    rest = rest.slice(found[0].length);
  }
  return isRooted || steps.length > 0 ? { isRooted, steps } : undefined;
}

function stepOf([, name, place, quoted]: RegExpExecArray): JsonStep {
  if (name !== undefined) return name;
  if (place !== undefined) return Number(place);
  return quoted === undefined ? { every: true } : String(JSON.parse(quoted));
}
