/** The engine: operators over slices of ordered rows. It does no I/O, reads no clock and runs in any thread. */
export {
  Admission,
  type AdmissionCounts,
  type DeliveredRows,
  ROWS_PER_ENTRY,
} from "./admission.ts";
export type {
  Destination,
  Frame,
  Site,
  SiteContext,
  SiteDescription,
  SiteFailure,
} from "./frames.ts";
export { freeBuffers } from "./free_buffers.ts";
export { compareKeys, compareTexts } from "./key_order.ts";
export { linkKernel, type MapKernel } from "./link.ts";
export { mergeParts } from "./operations/exchange.ts";
export { partitionRows } from "./partition.ts";
export { computeColumn } from "./prepare.ts";
export { type BoundSitePlan, createSite } from "./site.ts";
export {
  concatRows,
  firstAtLeast,
  gather,
  gatherRows,
  sliceRows,
  type StreamData,
} from "./stream_data.ts";
