/** Sites with the code that they run on. */
import type { SiteToOpen } from "../worker/mod.ts";
import type { DescribedSite } from "./plan_run.ts";

/** A site that calls functions of plugins runs on their bundle, which carries them all. */
export function withCode(
  sites: readonly DescribedSite[],
  bundles: ReadonlyMap<string, string>,
): readonly SiteToOpen[] {
  return sites.map((site) => {
    const code = site.description.plugins.map((plugin) => bundles.get(plugin)).find((text) => text);
    return code === undefined ? site : { ...site, code };
  });
}
