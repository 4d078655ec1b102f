/**
 * Messages between a thread and its store worker. One request, one response, in any order. Buffers are
 * transferred, as `transferables.ts` lists them.
 */
import { type ErrorDomain, FeaturizerError } from "../errors.ts";
import type { OpenOptions } from "./libsql_commands.ts";
import type { StoreLocation } from "./location.ts";

/** Which commands a worker carries out: `StoreCommands`, `LogCommands` or `CheckpointCommands`. */
export type StoreRole = "series" | "log" | "checkpoints";

/** The first request; no other is sent before its response. */
export interface OpenRequest {
  readonly id: number;
  readonly kind: "open";
  readonly role: StoreRole;
  readonly location: StoreLocation;
  readonly options: OpenOptions;
}

/** A command of the role. */
export interface CallRequest {
  readonly id: number;
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly unknown[];
}

export type StoreRequest = OpenRequest | CallRequest;
export type StoreResponse =
  | { readonly id: number; readonly kind: "done"; readonly value: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly error: PlainError };

/** An error as it crosses threads. */
export interface PlainError {
  readonly message: string;
  readonly code: string;
  readonly domain: ErrorDomain;
  readonly retry: "never" | "backoff";
  readonly hint?: string;
  /** Stack and causes in the worker. */
  readonly trace: string;
}

export function toPlainError(error: unknown): PlainError {
  const trace = traceOf(error);
  if (!(error instanceof FeaturizerError)) {
    const message = `Cannot use the store: ${error instanceof Error ? error.message : error}`;
    return { message, code: "STORE_FAILED", domain: "internal", retry: "never", trace };
  }
  const { message, code, domain, retry, hint } = error;
  return { message, code, domain, retry, ...(hint !== undefined && { hint }), trace };
}

export function fromPlainError(plain: PlainError): FeaturizerError {
  const { message, trace, ...options } = plain;
  return new FeaturizerError(message, { ...options, cause: new Error(trace) });
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${traceOf(error.cause)}`;
}
