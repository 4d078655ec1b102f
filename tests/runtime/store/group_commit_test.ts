import assert from "node:assert/strict";
import type { LogDraft } from "../../../runtime/store/event_log.ts";
import { GroupCommit } from "../../../runtime/store/group_commit.ts";
import { logDraft } from "./live_samples.ts";

/** Commits when it is told to; notes the groups. */
function controlled() {
  const groups: number[][] = [];
  const gates: PromiseWithResolvers<readonly (number | undefined)[]>[] = [];
  const began: PromiseWithResolvers<void>[] = [Promise.withResolvers()];
  const commits = new GroupCommit({
    name: "x.log.db",
    commit: (drafts: readonly LogDraft[]) => {
      groups.push(drafts.map(({ first }) => first));
      const gate = Promise.withResolvers<readonly (number | undefined)[]>();
      gates.push(gate);
      began.at(-1)!.resolve();
      began.push(Promise.withResolvers());
      return gate.promise;
    },
  });
  return {
    commits,
    groups,
    /** The gate of group `i`, once it has begun. */
    gate: async (i: number) => {
      await began[i]!.promise;
      return gates[i]!;
    },
  };
}

Deno.test("GroupCommit commits together what arrives while a commit is under way", async () => {
  const { commits, groups, gate } = controlled();
  const first = commits.append(logDraft(1));
  const second = commits.append(logDraft(11));
  const gate0 = await gate(0);
  const later = [21, 31, 41].map((position) => commits.append(logDraft(position)));
  gate0.resolve([undefined, undefined]);
  await Promise.all([first, second]);
  (await gate(1)).resolve([undefined, undefined, undefined]);
  await Promise.all(later);
  await commits.settled();
  assert.deepEqual(groups, [[1, 11], [21, 31, 41]]);
});

Deno.test("GroupCommit keeps a group to some megabytes, but for a single large draft", async () => {
  const { commits, groups, gate } = controlled();
  const sizes = [5, 5, 20, 1];
  const appends = sizes.map((size, i) =>
    commits.append(logDraft(i * 10 + 1, { block: new Uint8Array(size << 20) }))
  );
  for (let i = 0; i < 4; i++) (await gate(i)).resolve([undefined]);
  await Promise.all(appends);
  assert.deepEqual(groups, [[1], [11], [21], [31]]);
});

Deno.test("GroupCommit fails a group as a whole, a gap alone, and goes on", async () => {
  const { commits, gate } = controlled();
  const failing = [commits.append(logDraft(1)), commits.append(logDraft(11))];
  (await gate(0)).reject(new Error("no disk"));
  for (const append of failing) await assert.rejects(append, /no disk/);
  const [good, gap] = [commits.append(logDraft(1)), commits.append(logDraft(21))];
  (await gate(1)).resolve([undefined, 11]);
  await good;
  await assert.rejects(gap, { code: "LOG_GAP", message: /begin at 21, not at 11$/ });
});

Deno.test("GroupCommit refuses drafts when too much waits for the disk", async () => {
  const { commits, gate } = controlled();
  const block = new Uint8Array(100 << 20);
  const under = commits.append(logDraft(1, { block }));
  const gate0 = await gate(0);
  const waiting = [
    commits.append(logDraft(11, { block })),
    commits.append(logDraft(21, { block })),
  ];
  await assert.rejects(commits.append(logDraft(31, { block })), {
    code: "LOG_QUEUE_FULL",
    retry: "backoff",
  });
  gate0.resolve([undefined]);
  for (const i of [1, 2]) (await gate(i)).resolve([undefined]);
  await Promise.all([under, ...waiting]);
});
