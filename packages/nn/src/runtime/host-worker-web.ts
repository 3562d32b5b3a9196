/**
 * @file Entry of a web worker that hosts ONNX Runtime.
 *
 * The first message holds the settings; all later ones are requests.
 */
import { deferHost } from './defer-host.ts';
import { createOrtHost } from './ort-host.ts';
import { loadOrtPlatform, type WebHostSettings } from './ort-platform-web.ts';
import { serveHost } from './remote-host.ts';
import type { WorkerEnd } from './worker-end-web.ts';

const port = globalThis as unknown as WorkerEnd;
port.addEventListener('message', start);

function start({ data }: { readonly data: unknown }): void {
  port.removeEventListener('message', start);
  // Requests may arrive while the build still loads; they wait inside the deferred host.
  const host = loadOrtPlatform(data as WebHostSettings).then(createOrtHost);
  serveHost(
    {
      send: (message, transfer) => port.postMessage(message, transfer),
      onMessage: (listener) => port.addEventListener('message', (event) => listener(event.data)),
    },
    deferHost(host),
  );
}
