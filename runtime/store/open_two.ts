/** A store's two connections to one file: one writes, one reads meanwhile. */

export interface Connections<Commands> {
  readonly writer: Commands;
  readonly reader: Commands;
}

/** Opens both in this thread. */
export async function openTwoHere<Commands extends { close(): Promise<void> }>(
  open: () => Promise<Commands>,
): Promise<Connections<Commands>> {
  const writer = await open();
  try {
    return { writer, reader: await open() };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** The second worker starts when it is first used, or prepared. */
export async function openTwoWorkers<Commands extends { close(): Promise<void> }>(
  open: () => Promise<Commands>,
  openLate: () => Commands,
): Promise<Connections<Commands>> {
  const writing = open();
  const reader = openLate();
  try {
    return { writer: await writing, reader };
  } catch (error) {
    await reader.close();
    throw error;
  }
}
