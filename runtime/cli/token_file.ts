/** Bearer tokens in files: of a server, one a line with its scopes; of a client, the one it sends. */
import type { AccessToken, Scope } from "../api/mod.ts";
import { FeaturizerError } from "../errors.ts";

const SCOPES: readonly string[] = ["read", "write", "admin"];
const LEAST_LENGTH = 16;

/** Lines of `token scope,scope name`; empty lines and those that begin with # say nothing. */
export async function readTokens(path: string): Promise<AccessToken[]> {
  const lines = (await readText(path)).split("\n").map((line) => line.trim());
  const tokens = lines.flatMap((line, place) =>
    line === "" || line.startsWith("#") ? [] : [parseToken(line, `${path}:${place + 1}`)]
  );
  if (tokens.length > 0) return tokens;
  throw badTokens(path, "it holds no token");
}

/** The token that a client sends: of the file, else of the environment. */
export async function clientToken(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return Deno.env.get("FEATURIZER_TOKEN");
  const [first] = (await readText(path)).trim().split(/\s+/);
  return first;
}

function parseToken(line: string, place: string): AccessToken {
  const [token = "", scopes = "", ...name] = line.split(/\s+/);
  const list = scopes.split(",");
  if (!list.every((scope) => SCOPES.includes(scope))) {
    throw badTokens(place, `expected scopes of ${SCOPES.join(", ")} after the token`);
  }
  if (token.length < LEAST_LENGTH) {
    throw badTokens(place, `the token has less than ${LEAST_LENGTH} characters`);
  }
  return { token, scopes: list as Scope[], name: name.join(" ") || place };
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw badTokens(path, "there is no such file", cause);
  }
}

function badTokens(place: string, state: string, cause?: unknown): FeaturizerError {
  return new FeaturizerError(`Cannot read tokens of "${place}": ${state}`, {
    code: "BAD_TOKENS",
    cause,
    hint: "Write one a line, for example: $(openssl rand -hex 24) read,write dashboard.",
  });
}
