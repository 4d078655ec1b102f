/** Rows as they lie in the log, which runs over a log read too. */
export { decodeRows, encodeRows, type LoggedRows } from "../../set/mod.ts";
