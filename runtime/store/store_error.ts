/** Failures of libSQL in words for the user. */
import { FeaturizerError } from "../errors.ts";

interface Description {
  readonly code: string;
  readonly state: string;
  readonly hint: string;
  readonly retry?: "backoff";
}

const LOCKED: Description = {
  code: "STORE_LOCKED",
  state: "another process keeps it locked",
  hint: "Wait until the other run has ended, or give this one another store.",
  retry: "backoff",
};

const DAMAGED: Description = {
  code: "STORE_DAMAGED",
  state: "the file is damaged or no libSQL database",
  hint: "Move the file away, a new one is made; or give another path.",
};

const UNWRITABLE: Description = {
  code: "STORE_UNWRITABLE",
  state: "the file cannot be opened for writing",
  hint: "Check that the folder exists and that you may write there.",
};

const UNREACHABLE: Description = {
  code: "STORE_UNREACHABLE",
  state: "the server does not answer",
  hint: "Check the URL and that the server runs.",
  retry: "backoff",
};

const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  SQLITE_BUSY: LOCKED,
  SQLITE_LOCKED: LOCKED,
  SQLITE_NOTADB: DAMAGED,
  SQLITE_CORRUPT: DAMAGED,
  SQLITE_CANTOPEN: UNWRITABLE,
  SQLITE_READONLY: UNWRITABLE,
  SQLITE_PERM: UNWRITABLE,
  SQLITE_CONSTRAINT: {
    code: "STORE_CONFLICT",
    state: "another process wrote what this one was about to write",
    hint: "Let one process at a time serve from a store.",
  },
  SQLITE_FULL: {
    code: "STORE_FULL",
    state: "the disk is full",
    hint: "Make room, or delete series that are no longer needed.",
    retry: "backoff",
  },
  SQLITE_IOERR: {
    code: "STORE_IO",
    state: "the disk fails to read or write",
    hint: "Check the disk; a network folder is no place for a store.",
  },
  HRANA_WEBSOCKET_ERROR: UNREACHABLE,
  HRANA_CLOSED_ERROR: UNREACHABLE,
};

/** A libSQL failure as a `FeaturizerError`; one that is that already stays as it is. */
export function storeError(cause: unknown, store: string): FeaturizerError {
  if (cause instanceof FeaturizerError) return cause;
  const { state, ...options } = describe(cause);
  return new FeaturizerError(`Cannot use store "${store}": ${state}`, {
    ...options,
    domain: options.code === "STORE_FAILED" ? "internal" : "external",
    cause,
  });
}

/** True when another connection is in the way. */
export function isLocked(error: unknown): boolean {
  return error instanceof FeaturizerError && error.code === LOCKED.code;
}

function describe(cause: unknown): Description {
  if (!(cause instanceof Error)) return unknownFailure(String(cause));
  const known = DESCRIPTIONS[codeOf(cause)];
  if (known) return known;
  if (/HTTP status 40[13]/.test(cause.message)) {
    return {
      code: "STORE_DENIED",
      state: "the server refuses the token",
      hint: "Set FEATURIZER_STORE_TOKEN to a token for this database.",
    };
  }
  if (/HTTP status 5\d\d/.test(cause.message) || isFetchFailure(cause)) return UNREACHABLE;
  if (cause.message.startsWith("ConnectionFailed(")) return UNWRITABLE;
  return unknownFailure(cause.message);
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function isFetchFailure(error: Error): boolean {
  return error instanceof TypeError && /fetch|connect|sending request/i.test(error.message);
}

function unknownFailure(message: string): Description {
  return {
    code: "STORE_FAILED",
    state: message,
    hint: "This is a bug of Featurizer; report it with this message.",
  };
}
