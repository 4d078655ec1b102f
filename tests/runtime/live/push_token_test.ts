import assert from "node:assert/strict";
import { parseToken, printToken } from "../../../runtime/live/push_token.ts";

Deno.test("a token says log positions by source, and nothing else is taken for one", () => {
  const positions = { "shop.orders": 12, "shop.visits": 3 };
  assert.deepEqual(parseToken(printToken(positions)), positions);
  for (const text of ["", "shop.orders", "shop.orders@x", "a@1,"]) {
    assert.throws(() => parseToken(text), { code: "BAD_TOKEN" });
  }
});
