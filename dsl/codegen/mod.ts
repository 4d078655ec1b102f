/** Typed features to program text. Text comes with a manifest of all it reads; nothing here runs it. */
export { writeBarKernel } from "./bar_kernel.ts";
export { type FoldRequest, writeFoldKernel } from "./fold_kernel.ts";
export { type KernelRequest, writeRowKernel } from "./kernel.ts";
export type { KernelText } from "./kernel_text.ts";
export type { FoldManifest, Manifest, TextFunction } from "./manifest.ts";
export { writeMapKernel } from "./map_kernel.ts";
export { writeSessionKernel } from "./session_kernel.ts";
export { isMergeable, tiledWindowOf, type Tiling } from "./tiles/tiling.ts";
export { writeTumblingKernel } from "./tumbling_kernel.ts";
