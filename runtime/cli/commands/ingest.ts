/** `featurizer ingest`: a file's rows pushed to a running server. */
import { createHash } from "node:crypto";
import type { PushReceipt } from "../../live/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { fileParts, mediaTypeOfFile } from "../file_parts.ts";
import { printJson } from "../json_text.ts";
import { ProgressReporter } from "../progress_text.ts";
import { SERVER_OPTIONS, ServerClient } from "../server_client.ts";
import { printLine } from "../terminal.ts";
import { pluralText } from "../value_text.ts";

type Counts = Pick<PushReceipt, "admitted" | "late" | "malformed" | "future">;

/** What became of a file. */
interface IngestReport extends Counts {
  readonly source: string;
  /** Rows of parts that had been pushed before. */
  readonly repeated: number;
  readonly token: string | undefined;
}

const RETRY_MS = 1000;

export const INGEST: Command = {
  name: "ingest",
  usage: "<source> <file> [options]",
  details:
    `Pushes the rows of an NDJSON, JSON or Arrow file to a source of a running server, and says
what became of them. Every part carries a key made of its content, so that the same file
pushed again, or an interrupted push begun anew, adds nothing twice. Where the server is
busy it waits.`,
  options: SERVER_OPTIONS,
  examples: [
    { line: "featurizer ingest payments.payments today.ndjson", tells: "to this machine" },
    {
      line: "featurizer ingest payments today.arrow --url http://10.0.0.5:8080",
      tells: "to another",
    },
  ],
  run: async (invocation) => {
    const source = invocation.required(0, "the source");
    const report = await ingestFile(invocation, source, invocation.required(1, "the file"));
    const { out } = invocation.terminal;
    if (invocation.json) return printJson(out, report);
    printLine(out, `admitted   ${pluralText(report.admitted, "row")}`);
    for (const kind of ["late", "malformed", "future", "repeated"] as const) {
      if (report[kind] > 0) printLine(out, `${kind.padEnd(10)} ${pluralText(report[kind], "row")}`);
    }
  },
};

async function ingestFile(
  invocation: Invocation,
  source: string,
  path: string,
): Promise<IngestReport> {
  const client = await ServerClient.of(invocation);
  const mediaType = mediaTypeOfFile(path);
  using file = await Deno.open(path);
  const { size } = await file.stat();
  using progress = new ProgressReporter(invocation.terminal.err);
  const counts = { admitted: 0, late: 0, malformed: 0, future: 0 };
  let [repeated, bytesRead, token] = [0, 0, undefined as string | undefined];
  for await (const part of fileParts(file, mediaType)) {
    const receipt = await push(client, { source, part, place: bytesRead, mediaType }, invocation);
    const rows = receipt.last - receipt.first + 1;
    if (receipt.repeated) repeated += rows;
    else {for (const kind of ["admitted", "late", "malformed", "future"] as const) {
        counts[kind] += receipt[kind];
      }}
    bytesRead += part.length;
    token = receipt.token;
    const rowsRead = repeated + counts.admitted + counts.late + counts.malformed + counts.future;
    progress.update({ phase: "pushing", bytesRead, bytesTotal: size, rowsRead, setRows: 0 });
  }
  return { source, ...counts, repeated, token };
}

interface Part {
  readonly source: string;
  readonly part: Uint8Array<ArrayBuffer>;
  readonly place: number;
  readonly mediaType: string;
}

/** Pushes one part; waits while the server has no room for it. */
async function push(
  client: ServerClient,
  { source, part, place, mediaType }: Part,
  { signal }: Invocation,
): Promise<PushReceipt> {
  const digest = createHash("sha256").update(part).digest("hex");
  const headers = { "content-type": mediaType, "idempotency-key": `${place}-${digest}` };
  for (;;) {
    try {
      const path = `/v1/events/${encodeURIComponent(source)}`;
      return await client.post(path, { body: part, headers }) as PushReceipt;
    } catch (error) {
      if (!(error instanceof FeaturizerError && error.code === "INGEST_FULL")) throw error;
      await delay(RETRY_MS, signal);
    }
  }
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  const waited = Promise.withResolvers<void>();
  const onAbort = () => waited.reject(signal.reason);
  const timer = setTimeout(waited.resolve, ms);
  signal.addEventListener("abort", onAbort, { once: true });
  return waited.promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  });
}
