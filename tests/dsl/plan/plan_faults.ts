/** What is wrong with a plan: streams read before they are made, columns that are not there, loose edges. */
import { HOST } from "../../../dsl/plan/mod.ts";
import type { ColumnAt, Operation, PhysicalPlan, SitePlan } from "../../../dsl/plan/mod.ts";

export function faultsOf(plan: PhysicalPlan): readonly string[] {
  return [...plan.sites.flatMap((site) => streamFaults(site)), ...edgeFaults(plan)];
}

interface Uses {
  readonly reads: readonly (number | ColumnAt)[];
  readonly makes: readonly number[];
}

function usesOf(operation: Operation): Uses {
  switch (operation.kind) {
    case "receive":
      return { reads: [], makes: [operation.output] };
    case "send":
      return { reads: [operation.input, ...operation.columns], makes: [] };
    case "return":
      return { reads: [operation.queries, ...operation.columns], makes: [] };
    case "align":
      return { reads: [operation.like], makes: [operation.output] };
    case "kernel":
    case "tumbling":
      return {
        reads: [operation.input, ...operation.reads, ...operation.queries.map((q) => q.stream)],
        makes: [
          ...(operation.output === undefined ? [] : [operation.output]),
          ...operation.queries.map(({ answers }) => answers),
        ],
      };
    case "union":
      return { reads: operation.members.map(({ stream }) => stream), makes: [operation.output] };
    case "pairs":
      return {
        reads: [operation.left.stream, operation.right.stream],
        makes: [operation.output],
      };
    case "emit":
      return { reads: [operation.ticks, ...operation.columns], makes: [operation.output] };
    case "map":
      return { reads: [operation.input, ...operation.reads], makes: [operation.output] };
    case "hold":
      return {
        reads: [operation.input, operation.delayed, ...operation.columns, ...operation.labels],
        makes: [operation.output],
      };
    default:
      return { reads: [operation.input], makes: [operation.output] };
  }
}

/** Operations run level by level, those of a level in their order. */
function streamFaults({ site, operations, symbols }: SitePlan): string[] {
  const made = new Set<number>();
  const faults: string[] = [];
  const ordered = operations.toSorted((a, b) => a.level - b.level);
  for (const { operation, level } of ordered) {
    const at = `site ${site}, level ${level}, ${operation.kind}`;
    const { reads, makes } = usesOf(operation);
    for (const read of reads) {
      const { stream, column } = typeof read === "number" ? { stream: read, column: -1 } : read;
      if (!made.has(stream)) faults.push(`${at}: stream ${stream} is not made yet`);
      if (column >= (symbols[stream]?.length ?? 0)) {
        faults.push(`${at}: stream ${stream} has no column ${column}`);
      }
    }
    for (const stream of makes) {
      if (made.has(stream)) faults.push(`${at}: stream ${stream} is made twice`);
      made.add(stream);
    }
  }
  return faults;
}

/** Every edge has one end that sends and one that receives. */
function edgeFaults(plan: PhysicalPlan): string[] {
  const sent = new Map<number, number>();
  const received = new Map<number, number>();
  const count = (counts: Map<number, number>, edge: number) =>
    counts.set(edge, (counts.get(edge) ?? 0) + 1);
  for (const { operations } of plan.sites) {
    for (const { operation } of operations) {
      if (operation.kind === "send" || operation.kind === "return") count(sent, operation.edge);
      if (operation.kind === "receive" || operation.kind === "align") {
        count(received, operation.edge);
      }
    }
  }
  const fromHost = [
    ...plan.sourceEdges,
    ...plan.tickEdges,
    ...(plan.tableEdge ? [plan.tableEdge] : []),
  ];
  for (const { edge } of fromHost) count(sent, edge);
  for (const { edge } of [...(plan.result ? [plan.result] : []), ...plan.rows]) {
    count(received, edge);
  }
  const prepares = new Set(
    plan.sources.flatMap(({ prepare }) => prepare ? [prepare.request, prepare.reply] : []),
  );
  const edges = new Map(plan.sites.flatMap((site) => site.edges).map((edge) => [edge.edge, edge]));
  return [...edges.values()].filter(({ edge }) => !prepares.has(edge)).flatMap(
    ({ edge, from, to }) => {
      const [sends, receives] = [sent.get(edge) ?? 0, received.get(edge) ?? 0];
      if (sends === 1 && (receives === 1 || (to === HOST && receives > 0))) return [];
      return [
        `edge ${edge} from ${from} to ${to}: sent ${sends} times, received ${receives} times`,
      ];
    },
  );
}
