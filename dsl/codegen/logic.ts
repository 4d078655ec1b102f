/** Tests as text, with what is known at writing time left out. */

export function and(...terms: readonly string[]): string {
  const open = [...new Set(terms)].filter((term) => term !== "true");
  if (open.includes("false")) return "false";
  return open.length === 0 ? "true" : open.length === 1 ? open[0]! : `(${open.join(" && ")})`;
}

export function or(...terms: readonly string[]): string {
  const open = [...new Set(terms)].filter((term) => term !== "false");
  if (open.includes("true")) return "true";
  return open.length === 0 ? "false" : open.length === 1 ? open[0]! : `(${open.join(" || ")})`;
}

export function not(term: string): string {
  return term === "true" ? "false" : term === "false" ? "true" : `!${wrap(term)}`;
}

function wrap(term: string): string {
  return term.startsWith("(") ? term : `(${term})`;
}
