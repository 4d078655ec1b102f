/** `featurizer savepoint`: a checkpoint of a running server that is kept under a name. */
import type { Command } from "../command_spec.ts";
import { printJson } from "../json_text.ts";
import { SERVER_OPTIONS, ServerClient } from "../server_client.ts";
import { printLine } from "../terminal.ts";

export const SAVEPOINT: Command = {
  name: "savepoint",
  usage: "<name> [options]",
  details: `Has a running server take a checkpoint of every pipeline now and keep it under the name.
\`featurizer serve … --from-savepoint <name>\` goes back to it.`,
  options: SERVER_OPTIONS,
  examples: [
    { line: "featurizer savepoint before-release", tells: "of the server on this machine" },
    { line: "featurizer savepoint nightly --url http://10.0.0.5:8080", tells: "of another" },
  ],
  run: async (invocation) => {
    const name = invocation.required(0, "the name");
    const client = await ServerClient.of(invocation);
    const answer = await client.post(`/v1/savepoints/${encodeURIComponent(name)}`);
    const { out } = invocation.terminal;
    if (invocation.json) return printJson(out, answer);
    printLine(out, `savepoint ${name}`);
  },
};
