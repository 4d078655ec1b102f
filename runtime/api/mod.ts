/** The HTTP and WebSocket API over a live system. */
export { createApp, type FeaturizerApi } from "./app.ts";
export { type Address, serveApi, type ServedApi } from "./serve_api.ts";
export type { AccessToken, ApiDependencies, ApiOptions, Scope } from "./settings.ts";
export type { StreamStatus } from "./stream/stream_server.ts";
