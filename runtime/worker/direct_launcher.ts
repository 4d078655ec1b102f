/** Plugin workers started by this very thread. */
import type { LaunchOptions, WorkerHandle, WorkerLauncher } from "./launcher.ts";
import { createPulse } from "./pulse.ts";
import { spawnWorker } from "./spawn.ts";

/**
 * Makes a launcher for library use and tests. Its workers inherit the permissions of the calling thread; the
 * lockdown alone keeps plugins from using them, whereas the nursery's workers have none to use.
 */
export function createDirectLauncher(): WorkerLauncher {
  return { launch: (options) => Promise.resolve(launchDirectly(options)) };
}

function launchDirectly(options: LaunchOptions): WorkerHandle {
  const { port1, port2 } = new MessageChannel();
  const pulse = createPulse();
  const spawned = spawnWorker({ ...options, port: port2, pulse });
  return {
    port: port1,
    pulse,
    failed: spawned.failed,
    terminate: async () => {
      port1.close();
      await spawned.terminate();
    },
  };
}
