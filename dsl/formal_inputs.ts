/** Which formal inputs a feature needs, its own and those of the features of its plugin it reads. */
import type { FeatureNode, InputNode, StreamNode } from "./ast.ts";
import { type Entry, type EntryOf, findEntry } from "./catalog.ts";

/** The formal inputs that must be bound before the feature has values, in the order they are met. */
export function formalInputs(entry: EntryOf<FeatureNode>): readonly EntryOf<InputNode>[] {
  const found = new Map<string, EntryOf<InputNode>>();
  const seen = new Set<string>();
  const pending: Visit[] = [{ entry, bound: new Set() }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const { node, name } = visit.entry;
    const key = [name, ...[...visit.bound].sort()].join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    const streams = [node.on, ...node.joins.map(({ right }) => right)];
    for (const stream of streams.flatMap(membersOf)) {
      const read = findLocal(entry, stream);
      if (read?.kind === "input" && !visit.bound.has(read.node.name.name)) {
        found.set(read.name, read);
      }
      if (read?.kind === "feature") {
        pending.push({ entry: read, bound: new Set([...visit.bound, ...argumentNames(stream)]) });
      }
    }
  }
  return [...found.values()];
}

/** A feature, and the inputs that whoever reads it has bound. */
interface Visit {
  readonly entry: EntryOf<FeatureNode>;
  readonly bound: ReadonlySet<string>;
}

type SingleStream = Exclude<StreamNode, { kind: "union" }>;

function membersOf(stream: StreamNode): readonly SingleStream[] {
  return stream.kind === "union" ? stream.members.flatMap(membersOf) : [stream];
}

function findLocal({ plugin }: EntryOf<FeatureNode>, stream: SingleStream): Entry | undefined {
  if (stream.kind === "hole") return undefined;
  const names = stream.path.map(({ name }) => name);
  if (names[0] === plugin.text.name && names.length > 1) names.shift();
  return names.length === 1 ? findEntry(plugin, names[0] ?? "") : undefined;
}

function argumentNames(stream: SingleStream): readonly string[] {
  return stream.kind === "hole" ? [] : stream.arguments.map(({ name }) => name.name);
}
