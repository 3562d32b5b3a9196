/** @file Entry of a child process that hosts ONNX Runtime. It ends when its parent does. */
import { createOrtHost } from './ort-host.ts';
import { loadOrtPlatform } from './ort-platform-node.ts';
import { serveHost } from './remote-host.ts';

// Ctrl-C reaches the whole group; the parent decides when to stop (it may want to save first).
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));

serveHost(
  {
    send: (message) => process.send!(message),
    onMessage: (listener) => process.on('message', listener),
  },
  createOrtHost(loadOrtPlatform()),
);
