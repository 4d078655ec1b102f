/** What a stream is called, is driven by, and has where it has nothing. */
import { columnsOf, type Upstream } from "../../dsl/typed_ast.ts";
import { sourceIdOf } from "./position.ts";
import type { Cells } from "./value.ts";

/** A value of nulls. */
export function nothingOf(upstream: Upstream): Cells {
  return Object.fromEntries(columnsOf(upstream).map((column) => [column.name, null]));
}

/** The sources whose rows drive a stream, in the order of its unions. */
export function placesOf(upstream: Upstream): readonly string[] {
  if (upstream.kind === "source") return [sourceIdOf(upstream.source)];
  if (upstream.kind === "request") return [];
  const { members, input } = upstream.feature;
  return members === undefined ? placesOf(input) : members.flatMap(placesOf);
}

/** The name under which a stream's rows carry their time. */
export function timeNameOf(upstream: Upstream): string {
  if (upstream.kind === "request") return "";
  return upstream.kind === "source" ? upstream.source.time : upstream.feature.time;
}
