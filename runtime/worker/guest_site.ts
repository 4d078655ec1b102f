/** The engine as a guest runs it. */
export { createSite } from "../engine/mod.ts";
