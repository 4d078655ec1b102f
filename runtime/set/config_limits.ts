/** What a config says about the workers of its plugins. */
import { z } from "zod";
import type { WorkerLimits } from "../worker/mod.ts";
import { count, durationUs, expected } from "./config_scalars.ts";

const US_PER_MS = 1000;
/** Less would stop honest plugins whenever the machine is busy. */
const LEAST_SILENCE_US = 100_000;
const LEAST_MB = 16;
const LEAST = `expected ${LEAST_MB} or more megabytes`;

export const limits = z.strictObject({
  call: durationUs.refine((us) => us >= LEAST_SILENCE_US, "expected 100ms or more").optional(),
  silence: durationUs.refine((us) => us >= LEAST_SILENCE_US, "expected 100ms or more").optional(),
  load: durationUs.refine((us) => us >= LEAST_SILENCE_US, "expected 100ms or more").optional(),
  heap_mb: count.min(LEAST_MB, LEAST).optional(),
  buffer_mb: count.min(LEAST_MB, LEAST).optional(),
}, expected("a map of call, silence, load, heap_mb and buffer_mb"));

export function resolveLimits(
  { call, silence, load, heap_mb, buffer_mb }: z.infer<typeof limits>,
): WorkerLimits {
  return {
    ...(call !== undefined && { callMs: call / US_PER_MS }),
    ...(silence !== undefined && { silenceMs: silence / US_PER_MS }),
    ...(load !== undefined && { loadMs: load / US_PER_MS }),
    ...(heap_mb !== undefined && { heapMb: heap_mb }),
    ...(buffer_mb !== undefined && { bufferMb: buffer_mb }),
  };
}
