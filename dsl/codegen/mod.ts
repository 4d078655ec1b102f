/** Typed features to program text. Text comes with a manifest of all it reads; nothing here runs it. */
export { type KernelRequest, writeRowKernel } from "./kernel.ts";
export type { KernelText } from "./kernel_text.ts";
export type { Manifest } from "./manifest.ts";
export { writeMapKernel } from "./map_kernel.ts";
export { writeTumblingKernel } from "./tumbling_kernel.ts";
