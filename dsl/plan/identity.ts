/** Texts equal for equal streams. */
import type { RequestInput, Source, Upstream } from "../typed_ast.ts";

export function identityOf(upstream: Upstream): string {
  switch (upstream.kind) {
    case "source":
      return sourceIdentity(upstream.source);
    case "feature":
      return upstream.feature.id;
    case "request":
      return requestIdentity(upstream.request);
  }
}

function requestIdentity({ plugin, name }: RequestInput): string {
  return `request ${plugin}.${name}`;
}

export function sourceIdentity({ plugin, name, selection }: Source): string {
  return `${plugin}.${name}|${selection}`;
}
