/** Waiting until a pipeline has taken in what a read must see. */

export interface WantedSight {
  /** By source; of sources that the pipeline does not read, nothing is wanted. */
  readonly positions: Readonly<Record<string, number>>;
  readonly minWatermarkUs?: number;
  /** A second by default. */
  readonly waitMs?: number;
}

interface SeeingPipeline {
  readonly positions: Readonly<Record<string, number>>;
  readonly boundUs: number;
  status(): { readonly state: string };
}

const STANDARD_WAIT_MS = 1000;
const MOST_PAUSE_MS = 16;

/** True once the pipeline has it in sight, false if that takes too long or it will never be. */
export async function awaitSight(pipeline: SeeingPipeline, wanted: WantedSight): Promise<boolean> {
  const endMs = performance.now() + (wanted.waitMs ?? STANDARD_WAIT_MS);
  for (
    let pauseMs = 1;
    !isInSight(pipeline, wanted);
    pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)
  ) {
    const { state } = pipeline.status();
    const leftMs = endMs - performance.now();
    // A pipeline that failed says so itself when it is asked.
    if (state === "FAILED" || state === "STOPPED") return true;
    if (leftMs <= 0) return false;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, leftMs)));
  }
  return true;
}

function isInSight(
  { positions, boundUs }: SeeingPipeline,
  { positions: wanted, minWatermarkUs = -Infinity }: WantedSight,
): boolean {
  const hasRows = Object.entries(wanted).every(([source, position]) =>
    !Object.hasOwn(positions, source) || positions[source]! >= position
  );
  return hasRows && (minWatermarkUs === -Infinity || boundUs > minWatermarkUs);
}
