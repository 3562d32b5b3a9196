/** @file Entry of a worker thread that hosts ONNX Runtime. */
import { parentPort } from 'node:worker_threads';
import { createOrtHost } from './ort-host.ts';
import { loadOrtPlatform } from './ort-platform-node.ts';
import { serveHost } from './remote-host.ts';

const port = parentPort!;
serveHost(
  {
    send: (message, transfer) => port.postMessage(message, [...transfer]),
    onMessage: (listener) => port.on('message', listener),
  },
  createOrtHost(loadOrtPlatform()),
);
