/** Random folds and clauses after the body; what the writers of a feature share. */
import type { ClosedWindow } from "./random_window.ts";
import type { Random } from "./random.ts";
import type { Stream } from "./stream.ts";
import { listOf, type Term } from "./term.ts";

export type Form = "map" | "rows" | "sliding" | "closed" | "fold";

export interface Draft {
  readonly random: Random;
  readonly plugin: string;
  readonly form: Form;
  readonly input: Stream;
  readonly keys: readonly string[];
  readonly isRekeyed: boolean;
  readonly parameters: Parameters;
  readonly rowTerms: readonly Term[];
  readonly isPaired: boolean;
}

export interface Parameters {
  readonly width?: string;
  readonly count?: string;
}

export interface Body {
  readonly statements: readonly string[];
  readonly outputs: readonly Term[];
  readonly tail: string;
  /** Before the body. */
  readonly head?: string;
  /** `every` and `ttl`. */
  readonly clauses?: string;
  readonly isTicked?: boolean;
  readonly closed?: ClosedWindow;
}

const TALLY: readonly Term[] = [
  { text: "n", type: "int", precision: "exact" },
  { text: "nulls", type: "int", precision: "exact" },
];

const RECENT: readonly Term[] = [
  { ...listOf({ text: "n", type: "int", precision: "exact" }), text: "seen" },
  { text: "name", type: "text", precision: "exact" },
];

/** Names that no key may have which only a binding brings. */
export const FOLDED_NAMES: ReadonlySet<string> = new Set(
  [...TALLY, ...RECENT].map(({ text }) => text),
);

/** Outputs of a reducer; their names may not be those of the keys. */
export function foldBody(draft: Draft): Body {
  const { random, keys, isPaired } = draft;
  const isTally = !isPaired && random.chance(0.5);
  const outputs = (isTally ? TALLY : RECENT).filter(({ text }) => !keys.includes(text));
  if (outputs.length === 0) return foldBody(draft);
  const types = { n: "i64", nulls: "i64", seen: "list<i64>", name: "string" } as const;
  return {
    head: ` fold \${${isTally ? "tally" : "recent"}}`,
    statements: outputs.map(({ text }) => `${text} ${types[text as keyof typeof types]}`),
    outputs,
    tail: "",
    clauses: ttlText(random),
  };
}

function ttlText(random: Random): string {
  return random.chance(0.12) ? ` ttl ${random.pick(["1s", "2s", "4s"])}` : "";
}

/** `every` needs no other window than those of events. */
export function clausesOf({ random, form, isPaired }: Draft): Pick<Body, "clauses" | "isTicked"> {
  const isTicked = (form === "rows" || form === "sliding") && !isPaired && random.chance(0.15);
  const every = isTicked ? ` every ${random.pick(["1s", "2s", "3s", "5s"])}` : "";
  return { clauses: every + (form === "map" ? "" : ttlText(random)), isTicked };
}
