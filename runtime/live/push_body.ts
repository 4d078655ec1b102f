/** Pushes a body of many batches as one. */
import { FeaturizerError } from "../errors.ts";
import type { BatchReceipt, LiveIntake, PushBatch } from "./live_intake.ts";
import type { PushOptions, PushReceipt } from "./live_system.ts";
import { printToken } from "./push_token.ts";

const RETRY_MS = 10;

/** The first batch is refused when the intake is full; the ones after it wait, and the body with them. */
export async function pushBody(
  intake: LiveIntake,
  source: string,
  body: ReadableStream<Uint8Array> | Uint8Array,
  { format, idempotencyKey }: PushOptions,
): Promise<PushReceipt> {
  const receipts: BatchReceipt[] = [];
  const isSteady = idempotencyKey !== undefined;
  for await (const batch of intake.decode(source, body, format, { isSteady })) {
    const number = receipts.length;
    const key = idempotencyKey && (number === 0 ? idempotencyKey : `${idempotencyKey}#${number}`);
    const keyed = key ? { ...batch, idempotencyKey: key } : batch;
    receipts.push(
      number === 0 ? await intake.push(source, keyed) : await pushPatiently(intake, source, keyed),
    );
  }
  return joined(source, receipts);
}

async function pushPatiently(
  intake: LiveIntake,
  source: string,
  batch: PushBatch,
): Promise<BatchReceipt> {
  for (;;) {
    try {
      return await intake.push(source, batch);
    } catch (error) {
      if (!(error instanceof FeaturizerError) || error.code !== "INGEST_FULL") throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Of a body without rows the positions are those before the first row. */
function joined(source: string, receipts: readonly BatchReceipt[]): PushReceipt {
  const sum = (of: (receipt: BatchReceipt) => number) =>
    receipts.reduce((total, receipt) => total + of(receipt), 0);
  const last = receipts.at(-1)?.last ?? 0;
  return {
    source,
    first: receipts[0]?.first ?? 1,
    last,
    admitted: sum(({ admitted }) => admitted),
    late: sum(({ late }) => late),
    malformed: sum(({ malformed }) => malformed),
    future: sum(({ future }) => future),
    repeated: receipts.length > 0 && receipts.every(({ repeated }) => repeated),
    token: printToken({ [source]: last }),
  };
}
