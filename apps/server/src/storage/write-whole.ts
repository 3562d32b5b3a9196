/** @file Writes all bytes: a disk that is nearly full takes a part of them without a word, and refuses the next ones. */

/** What is needed of an open file. */
export interface WritableFile {
  write(
    bytes: Uint8Array,
    from: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
}

/** Write bytes at a position, all of them, or throw. */
export async function writeWhole(
  file: WritableFile,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('internal: a file must take bytes or refuse them.');
    done += bytesWritten;
  }
}
