/** `featurizer doctor`: what is wrong with an installation, and what to do about it. */
import type { Command } from "../command_spec.ts";
import { diagnose, type Finding } from "../diagnosis.ts";
import { EXIT } from "../exit_code.ts";
import { printJson } from "../json_text.ts";
import { STORE_OPTION } from "../store_option.ts";
import { paint } from "../style.ts";
import { printLine, type TextStream } from "../terminal.ts";

const WIDTH = 12;

export const DOCTOR: Command = {
  name: "doctor",
  usage: "[options]",
  details:
    `Looks at versions, permissions, whether plugins can be bundled, the disk, who holds the store,
whether its files are whole and of this version, and the clock. Says what is wrong and what to do.
The exit code is ${EXIT.external} if something is wrong; a warning is not.`,
  options: { store: STORE_OPTION },
  examples: [
    { line: "featurizer doctor", tells: "the installation, and the store of this folder" },
    {
      line: "featurizer doctor --store data/store.db --json",
      tells: "another store, for programs",
    },
  ],
  run: async (invocation) => {
    const findings = await diagnose(invocation.text("store"));
    const isWell = findings.every(({ state }) => state !== "wrong");
    const { out } = invocation.terminal;
    if (invocation.json) printJson(out, { ok: isWell, findings });
    else {for (const line of findings.flatMap((finding) => linesOf(out, finding))) {
        printLine(out, line);
      }}
    return isWell ? EXIT.ok : EXIT.external;
  },
};

const COLORS = { ok: "green", warning: "yellow", wrong: "red" } as const;

function linesOf(out: TextStream, { what, state, found, hint }: Finding): string[] {
  const mark = paint(out, COLORS[state], state.padEnd(WIDTH));
  const indent = " ".repeat(2 * WIDTH);
  return [
    `${mark}${what.padEnd(WIDTH)}${found}`,
    ...(hint === undefined ? [] : [`${indent}${hint}`]),
  ];
}
