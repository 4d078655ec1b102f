/** The host worker's entry: the whole product, with the process's permissions and a launcher for plugins. */
import { runInHost } from "../worker/host_scope.ts";

runInHost(async (args, context) => {
  const { runCommand } = await import("./command.ts");
  return await runCommand(args, context);
});
