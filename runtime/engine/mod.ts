/** The engine: operators over slices of ordered rows. It does no I/O, reads no clock and runs in any thread. */
export {
  Admission,
  type AdmissionCounts,
  type DecidedDelivery,
  type DeliveredRows,
  ROWS_PER_ENTRY,
} from "./admission.ts";
export type {
  Destination,
  Frame,
  RowErrorReport,
  Site,
  SiteContext,
  SiteDescription,
  SiteFailure,
} from "./frames.ts";
export { freeBuffers } from "./free_buffers.ts";
export { compareKeys, compareTexts } from "./key_order.ts";
export { linkKernel, type MapKernel } from "./link.ts";
export { mergeParts } from "./operations/exchange.ts";
export { SPILL_PLACES } from "./operations/spill.ts";
export { partitionRows } from "./partition.ts";
export { noRows, PendingRows } from "./pending_rows.ts";
export { computeColumn, tellFailures } from "./prepare.ts";
export { RowFailures } from "./row_failures.ts";
export { Ranks } from "./rank.ts";
export { type BoundSitePlan, createSite } from "./site.ts";
export { SlotTable } from "./slots.ts";
export {
  concatRows,
  copyRows,
  firstAtLeast,
  gather,
  gatherRows,
  sliceRows,
  type StreamData,
} from "./stream_data.ts";
export { keyKindOf } from "./key_kinds.ts";
export { lengthened } from "./site_symbols.ts";
export { checkColumn, ForgedRows, holdsSymbols, translateColumn } from "./translate.ts";
export { uniqueColumns, UniqueRows, type UniqueSnapshot } from "./unique.ts";
