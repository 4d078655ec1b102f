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
  if (only.includes("checkpoints")) await printCheckpointCost();
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

const ROUNDS = 5;

/** Runs with checkpoints and without, in turns, each long enough for one: what the machine does else cancels out. */
async function printCheckpointCost(): Promise<void> {
  const one: ThroughputCase = {
    format: "arrow",
    rowsPerBody: 8192,
    bodies: 1500,
    clients: 1,
    features: ["tape", "bars"],
  };
  const secondsWith = async (checkpointEvery: string) =>
    (await measureThroughput({ ...one, checkpointEvery })).throughSeconds;
  const [often, never, costs]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const isOftenFirst = round % 2 === 0;
    if (isOftenFirst) often.push(await secondsWith("10s"));
    never.push(await secondsWith("1h"));
    if (!isOftenFirst) often.push(await secondsWith("10s"));
    costs.push(often.at(-1)! / never.at(-1)! - 1);
    console.log(
      `  pair ${round + 1}: ${often.at(-1)!.toFixed(1)} and ${never.at(-1)!.toFixed(1)} s`,
    );
  }
  const rate = (seconds: readonly number[]) =>
    `${(one.bodies * one.rowsPerBody / medianOf(seconds) / 1e6).toFixed(2)} M/s`;
  console.log(
    `checkpoints every 10 s: ${rate(often)}, every hour: ${rate(never)}; ` +
      `they cost ${(100 * medianOf(costs)).toFixed(0)} % (median of ${ROUNDS} pairs)`,
  );
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1]!;
}

async function printThroughput(one: ThroughputCase): Promise<void> {
  const { rows, ackSeconds, throughSeconds, plainSeconds } = await measureThroughput(one);
  const perSecond = (seconds: number) => `${(rows / seconds / 1e6).toFixed(2)} M/s`;
  const title = [
    `${one.format} of ${one.rowsPerBody}`,
    `${one.clients} ${one.clients === 1 ? "client" : "clients"}`,
    one.features[0] === "quoted" ? "stored" : `with ${one.features.join(" and ")}`,
  ].join(", ");
  console.log(
    `${title.padEnd(60)} acknowledged ${perSecond(ackSeconds)}, through ` +
      `${perSecond(throughSeconds)}, plain ${perSecond(plainSeconds)}, ` +
      `ratio ${(plainSeconds / ackSeconds).toFixed(3)}`,
  );
}

await main();
