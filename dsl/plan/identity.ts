/** Texts equal for equal streams. */
import type { Source, Upstream } from "../typed_ast.ts";

export function identityOf(upstream: Upstream): string {
  return upstream.kind === "source" ? sourceIdentity(upstream.source) : upstream.feature.id;
}

export function sourceIdentity({ plugin, name, selection }: Source): string {
  return `${plugin}.${name}|${selection}`;
}
