/** What a release consists of. */
import assert from "node:assert/strict";
import { ROOT } from "../../runtime/release/compile.ts";
import { missingAddons } from "../../runtime/release/contents.ts";
import { installedPackages } from "../../runtime/release/installed_packages.ts";
import { isCompatible, licensePage, readLicenses } from "../../runtime/release/licenses.ts";
import { hostTarget, TARGETS } from "../../runtime/release/targets.ts";

Deno.test("every package may be passed on under Apache-2.0, and stands in the list of licences", async () => {
  const licenses = await readLicenses(ROOT, installedPackages(ROOT));
  assert.ok(licenses.length > 20);
  assert.deepEqual(licenses.filter(({ license }) => !isCompatible(license)), []);
  const page = licensePage(licenses);
  for (const { name, version, license } of licenses) {
    assert.ok(page.includes(`${name} ${version}: ${license}\n`));
  }
});

Deno.test("licences are read as expressions", () => {
  const compatible = ["MIT", "(MIT OR GPL-3.0-only)", "MIT AND ISC"];
  assert.deepEqual(compatible.filter((license) => !isCompatible(license)), []);
  const refused = ["GPL-3.0-only", "MIT AND GPL-3.0-only", "UNKNOWN", "SSPL-1.0"];
  assert.deepEqual(refused.filter(isCompatible), []);
});

Deno.test("this platform lacks no native package, and others tell which they lack", () => {
  const packages = installedPackages(ROOT);
  assert.deepEqual(missingAddons(hostTarget(), packages), []);
  for (const target of TARGETS) assert.deepEqual(missingAddons(target, []), target.addons);
});
