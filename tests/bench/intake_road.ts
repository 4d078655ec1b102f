/** Rows a second through the intake: bodies decoded, decided, on disk, published. `deno run -A tests/bench/intake_road.ts` */
import type { Column, Source } from "../../dsl/mod.ts";
import { encodeBlock, SymbolTable } from "../../runtime/arrow/mod.ts";
import { createSite } from "../../runtime/engine/mod.ts";
import { SYSTEM_CLOCK } from "../../runtime/live/clock.ts";
import { openIntake } from "../../runtime/live/intake/open_intake.ts";
import { pushBody } from "../../runtime/live/push_body.ts";
import { openEventLog } from "../../runtime/store/mod.ts";
import { openSitesInline } from "../../runtime/worker/mod.ts";

const COLUMNS: readonly Column[] = [
  { name: "symbol", type: { kind: "string" } },
  { name: "ts", type: { kind: "timestamp" } },
  { name: "price", type: { kind: "f64" } },
  { name: "size", type: { kind: "i64" } },
];
const SOURCE: Source = {
  plugin: "market",
  name: "trades",
  columns: COLUMNS,
  time: "ts",
  keys: ["symbol"],
  latenessUs: 1_000_000,
  idleUs: 1_000_000,
  selection: "",
};
const BODIES = 16;
const KEYS = 1000;

export interface IntakeSpeed {
  readonly format: "arrow" | "ndjson";
  readonly rows: number;
  readonly rowsPerSecond: number;
}

/** Several clients push bodies at once, each waits for its receipts. */
export async function measureIntake(
  format: IntakeSpeed["format"],
  { rowsPerBody, clients }: { readonly rowsPerBody: number; readonly clients: number },
): Promise<IntakeSpeed> {
  const folder = await Deno.makeTempDir();
  try {
    await using log = await openEventLog(`${folder}/store.db`);
    await log.prepare();
    let published = 0;
    await using intake = await openIntake({
      sources: [SOURCE],
      symbols: new SymbolTable(),
      log,
      clock: SYSTEM_CLOCK,
      openSites: (sites, listener) =>
        openSitesInline(sites, { ...listener, partitions: 1, createSite }),
      listener: {
        onAdmitted: ({ rows }) => {
          published += rows.length;
        },
        onWatermark: () => {},
      },
    });
    const body = bodyOf(format, rowsPerBody);
    const push = () => pushBody(intake, "market.trades", body, { format });
    await push();
    const before = published;
    const start = performance.now();
    let left = BODIES;
    await Promise.all(Array.from({ length: clients }, async () => {
      while (left-- > 0) await push();
    }));
    const rows = published - before;
    const seconds = (performance.now() - start) / 1000;
    return { format, rows, rowsPerSecond: rows / seconds };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** All rows of one time, so that bodies may come in any order. */
function bodyOf(format: IntakeSpeed["format"], length: number): Uint8Array {
  const nowUs = Math.floor(SYSTEM_CLOCK.nowUs());
  if (format === "ndjson") {
    const lines = Array.from(
      { length },
      (_, i) => `{"symbol":"k${i % KEYS}","ts":${nowUs},"price":${i / 100},"size":${i}}\n`,
    );
    return new TextEncoder().encode(lines.join(""));
  }
  const symbols = new SymbolTable();
  const batch = {
    length,
    columns: [
      Int32Array.from({ length }, (_, i) => symbols.intern(`k${i % KEYS}`)),
      new Float64Array(length).fill(nowUs),
      Float64Array.from({ length }, (_, i) => i / 100),
      Float64Array.from({ length }, (_, i) => i),
    ],
  };
  return encodeBlock(batch, COLUMNS, symbols);
}

if (import.meta.main) {
  for (const [format, rowsPerBody] of [["arrow", 65_536], ["ndjson", 20_000]] as const) {
    for (const clients of [1, 4]) {
      const { rows, rowsPerSecond } = await measureIntake(format, { rowsPerBody, clients });
      const speed = Math.round(rowsPerSecond).toLocaleString("en");
      console.log(`${format}, ${clients} clients: ${rows} rows, ${speed} rows/s`);
    }
  }
}
