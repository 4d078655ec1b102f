/** `GET /v1/stream`: a WebSocket of rows. */
import type { Route } from "../route.ts";

export const STREAM: Route = {
  method: "get",
  path: "/v1/stream",
  scope: "read",
  summary: "a WebSocket that streams rows of features and sets, and takes pushes",
  details: 'Send {kind: "subscribe", id, series, format, keys, after, snapshot, policy, buffer}; ' +
    "rows come as frames of the kinds subscribed, snapshot, rows, gap and error. " +
    '{kind: "push", id, source, rows} answers with a receipt. A page sends its token as the ' +
    "protocol bearer.<token> beside featurizer.v1.",
  answer: { mediaType: "application/octet-stream" },
  handle: ({ api, request }) => api.streams.upgrade(request),
};
