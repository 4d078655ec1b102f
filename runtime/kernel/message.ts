/** What an error says; functions of the user's may throw anything, also what throws when it is looked at. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "an error that cannot be shown";
  }
}
