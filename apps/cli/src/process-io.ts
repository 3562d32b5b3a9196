/** @file The streams, clock and signals of this process. */
import type { Interrupt, Io, TextStream } from './io.ts';
import type { Settings } from './settings.ts';

/** Connect to the process. */
export function createProcessIo(settings: Settings): Io {
  return {
    stdout: streamOf(process.stdout, settings),
    stderr: streamOf(process.stderr, settings),
    interrupt: createInterrupt(),
    elapsedMs: () => performance.now(),
    now: () => new Date(),
  };
}

function streamOf(stream: NodeJS.WriteStream, settings: Settings): TextStream {
  const isTerminal = stream.isTTY === true;
  // `leukoscope ... | head` closes the pipe early; what is left has no reader.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    hasColour: settings.hasColour ?? isTerminal,
    get columns() {
      return isTerminal ? stream.columns : undefined;
    },
  };
}

const sameSignalMs = 300;

function createInterrupt(): Interrupt {
  const controller = new AbortController();
  const cleanUps = new Set<() => void>();
  let first = Number.NEGATIVE_INFINITY;
  const onSignal = (signal: NodeJS.Signals) => {
    // One Ctrl-C comes twice where a parent hands on what the whole group got.
    if (controller.signal.aborted && performance.now() - first < sameSignalMs) return;
    if (controller.signal.aborted) {
      for (const cleanUp of cleanUps) cleanUp();
      process.exit(signal === 'SIGTERM' ? 143 : 130);
    }
    first = performance.now();
    controller.abort();
  };
  return {
    signal: controller.signal,
    hold(cleanUp) {
      if (cleanUps.size === 0) process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
      cleanUps.add(cleanUp);
      return () => {
        cleanUps.delete(cleanUp);
        if (cleanUps.size === 0) process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      };
    },
  };
}
