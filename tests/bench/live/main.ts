/**
 * What a server takes and how soon it answers: `deno task bench:live`, optionally with
 * `--only latency,throughput,checkpoints,restart`. The README of the folder above says what is measured.
 */
import { parseArgs } from "node:util";
import { type LatencyCase, latencyText, measureLatency } from "./latency.ts";
import { measureRestart, restartText } from "./restart.ts";
import { measureThroughput, type ThroughputCase } from "./throughput.ts";

const PARTS = ["latency", "throughput", "checkpoints", "restart"] as const;

const LATENCIES: readonly LatencyCase[] = [
  { series: "tape", flush: "5ms", rowsPerSecond: 50_000 },
  { series: "tape", flush: "0ms", rowsPerSecond: 50_000 },
  { series: "tape", flush: "0ms", rowsPerSecond: 5_000 },
  { series: "matched", flush: "5ms", rowsPerSecond: 50_000 },
  { series: "matched", flush: "0ms", rowsPerSecond: 5_000 },
].map((one) => ({
  ...one as Pick<LatencyCase, "series" | "flush" | "rowsPerSecond">,
  title: `${one.series}, flush ${one.flush}, ${one.rowsPerSecond / 1000} k/s`,
  seconds: 8,
}));

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { only: { type: "string", default: PARTS.join(",") } },
  });
  const only = values.only.split(",");
  for (const part of only) {
    if (!PARTS.some((known) => known === part)) {
      throw new RangeError(`Cannot run "${part}": the parts are ${PARTS.join(", ")}`);
    }
  }
  if (only.includes("latency")) {
    for (const one of LATENCIES) console.log(latencyText(one, await measureLatency(one)));
  }
  if (only.includes("throughput")) { for (const one of throughputs()) await printThroughput(one); }
  if (only.includes("checkpoints")) {
    for (const one of withCheckpoints()) await printThroughput(one);
  }
  if (only.includes("restart")) console.log(restartText(await measureRestart()));
}

function throughputs(): readonly ThroughputCase[] {
  const bodies = [
    { format: "arrow", rowsPerBody: 8192, bodies: 240 },
    { format: "arrow", rowsPerBody: 65_536, bodies: 30 },
    { format: "ndjson", rowsPerBody: 8192, bodies: 60 },
  ] as const;
  return bodies.flatMap((one): ThroughputCase[] => [
    { ...one, clients: 1, features: ["quoted"] },
    { ...one, clients: 4, features: ["quoted"] },
    { ...one, clients: 1, features: ["tape", "bars"] },
  ]);
}

/** Long enough for a checkpoint or two. */
function withCheckpoints(): readonly ThroughputCase[] {
  const one = { format: "arrow", rowsPerBody: 8192, bodies: 900, clients: 1 } as const;
  return ["10s", "1h"].map((checkpointEvery) => ({
    ...one,
    features: ["tape", "bars"] as const,
    checkpointEvery,
  }));
}

async function printThroughput(one: ThroughputCase): Promise<void> {
  const { rows, ackSeconds, throughSeconds, plainSeconds } = await measureThroughput(one);
  const perSecond = (seconds: number) => `${(rows / seconds / 1e6).toFixed(2)} M/s`;
  const title = [
    `${one.format} of ${one.rowsPerBody}`,
    `${one.clients} ${one.clients === 1 ? "client" : "clients"}`,
    one.features[0] === "quoted" ? "stored" : `with ${one.features.join(" and ")}`,
    ...one.checkpointEvery ? [`checkpoint every ${one.checkpointEvery}`] : [],
  ].join(", ");
  console.log(
    `${title.padEnd(60)} acknowledged ${perSecond(ackSeconds)}, through ` +
      `${perSecond(throughSeconds)}, plain ${perSecond(plainSeconds)}, ` +
      `ratio ${(plainSeconds / ackSeconds).toFixed(3)}`,
  );
}

await main();
