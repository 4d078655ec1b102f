/** How plugin code and the engine's sites get into threads of their own. */
export {
  bundleGuest,
  type GuestBundle,
  type GuestBundleOptions,
  startBundler,
  stopBundler,
} from "./bundle.ts";
export { createDirectLauncher } from "./direct_launcher.ts";
export { type HostContext, runInHost } from "./host_scope.ts";
export { type InlineSitesOptions, openSitesInline } from "./inline_sites.ts";
export type { LaunchOptions, WorkerHandle, WorkerLauncher, WorkerLimits } from "./launcher.ts";
export { createNursery, type Nursery, type NurseryChannel } from "./nursery_launcher.ts";
export { type LoadedPlugin, type LoadOptions, loadPlugin } from "./plugin_host.ts";
export { PreparedWorkers } from "./prepared_workers.ts";
export type { HostToNursery, NurseryToHost, WorkerFailure } from "./protocol.ts";
export {
  type OpenSites,
  openSites,
  type OpenSitesOptions,
  type SiteListener,
  type SiteToOpen,
} from "./sites.ts";
