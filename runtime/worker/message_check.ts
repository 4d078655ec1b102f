/** Turns what arrives from a guest into a message, or refuses it. */
import type { HoleDescription, TemplateDescription } from "../../dsl/template.ts";
import type { RowErrorReport, SiteFailure } from "../engine/frames.ts";
import { isArrayOf, isCount, isNumber, isRecord, isString, parseFrame } from "./frame_check.ts";
import { isSchema } from "./schema_check.ts";
import { isState } from "./state_check.ts";
import type { GuestToHost, RecordedTemplate } from "./protocol.ts";

const MAX_TEXT = 100_000;
/** More than a site ever sends of one slice. */
const MOST_REPORTS = 1000;
/** Control characters but tab and newline: a plugin's text may end up on a terminal. */
const CONTROL = /[^\P{Cc}\t\n]/gu;

/** The value as a message of a guest, or undefined if it is forged or broken. */
export function parseGuestMessage(value: unknown): GuestToHost | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.kind) {
    case "pong":
      return { kind: "pong" };
    case "opened":
      return { kind: "opened" };
    case "done":
    case "snapshot":
    case "row errors":
      return parseEndOfSlice(value);
    case "log":
      return isString(value.text) ? { kind: "log", text: plainText(value.text) } : undefined;
    case "frame": {
      const frame = parseFrame(value.frame);
      return frame === undefined ? undefined : { kind: "frame", frame };
    }
    case "failed": {
      const failure = parseFailure(value.failure);
      return failure === undefined ? undefined : { kind: "failed", failure };
    }
    case "described":
      return parseDescribed(value);
    default:
      return undefined;
  }
}

function parseEndOfSlice(value: Record<string, unknown>): GuestToHost | undefined {
  const { kind, partition, slice, state, errors } = value;
  if (!isCount(partition) || !isCount(slice)) return undefined;
  if (kind === "done") return { kind, partition, slice };
  if (kind === "snapshot") return isState(state) ? { kind, partition, slice, state } : undefined;
  if (!isArrayOf(errors, isRowError) || errors.length > MOST_REPORTS) return undefined;
  return { kind: "row errors", partition, slice, errors: errors.map(plainReport) };
}

function isRowError(value: unknown): value is RowErrorReport {
  return isRecord(value) && isString(value.feature) && isNumber(value.timeUs) &&
    isNumber(value.sequence) && isString(value.message) &&
    (value.rows === undefined || isCount(value.rows));
}

function plainReport(
  { feature, timeUs, sequence, message, rows }: RowErrorReport,
): RowErrorReport {
  return {
    ...{ feature: plainText(feature), timeUs, sequence, message: plainText(message) },
    ...(rows === undefined ? {} : { rows }),
  };
}

function parseFailure(value: unknown): SiteFailure | undefined {
  if (!isRecord(value)) return undefined;
  const { code, message, hint, feature, stack } = value;
  if (!isString(code) || !/^[A-Z][A-Z_]{0,63}$/.test(code) || !isString(message)) return undefined;
  return {
    code,
    message: plainText(message),
    ...(isString(hint) ? { hint: plainText(hint) } : {}),
    ...(isString(feature) ? { feature: plainText(feature) } : {}),
    ...(isString(stack) ? { stack: plainText(stack) } : {}),
  };
}

function plainText(text: string): string {
  return text.slice(0, MAX_TEXT).replace(CONTROL, "");
}

function parseDescribed(value: Record<string, unknown>): GuestToHost | undefined {
  const { templates, entry } = value;
  if (!isNumber(entry) || !Number.isInteger(entry)) return undefined;
  if (!isArrayOf(templates, isRecordedTemplate) || entry >= templates.length) return undefined;
  return { kind: "described", templates, entry };
}

function isRecordedTemplate(value: unknown): value is RecordedTemplate {
  return isRecord(value) && isString(value.file) && isTemplate(value.template);
}

function isTemplate(value: unknown): value is TemplateDescription {
  if (!isRecord(value) || !isString(value.name)) return false;
  const { raw, holes } = value;
  if (!isArrayOf(raw, isString) || !isArrayOf(holes, isHole)) return false;
  return raw.length === holes.length + 1;
}

function isHole(value: unknown): value is HoleDescription {
  if (!isRecord(value)) return false;
  switch (value.kind) {
    case "number":
      return isNumber(value.value);
    case "string":
      return isString(value.value);
    case "boolean":
      return typeof value.value === "boolean";
    case "function":
      return isString(value.name) && isNumber(value.arity);
    case "aggregate":
      return isString(value.name) && typeof value.hasMerge === "boolean" &&
        typeof value.hasRemove === "boolean";
    case "fold":
      return isString(value.name);
    case "schema":
      return isSchema(value);
    case "stream":
      return isString(value.plugin) && isString(value.name) && isParameters(value.params);
    case "other":
      return isString(value.text);
    default:
      return false;
  }
}

function isParameters(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.values(value).every((one) =>
    isString(one) || isNumber(one) || typeof one === "boolean"
  );
}
