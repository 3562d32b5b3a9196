import { float32 } from '@leukoscope/core';
import { expect, test, vi } from 'vitest';
import type { SessionHost, TensorMap } from './host.ts';
import { connectHost, serveHost } from './remote-host.ts';
import { createSessionPool, type SessionPoolOptions } from './session-pool.ts';

const model = Uint8Array.of(1);
const feed = (value: number): TensorMap => ({ x: float32([value]) });

/** A host in the same thread whose runs end when told, and that can die. */
function stubHost(loads: () => Promise<void> = async () => {}) {
  const runs: { value: number; finish(): void; fail(error: Error): void }[] = [];
  let isClosed = false;
  const host: SessionHost = {
    load: async () => {
      await loads();
      return { inputs: ['x'], outputs: ['y'] };
    },
    run: (_id, feeds) =>
      new Promise((resolve, reject) => {
        const value = Number(feeds['x']!.data[0]);
        runs.push({ value, finish: () => resolve({ y: float32([value * 2]) }), fail: reject });
      }),
    unload: async () => {},
    writeState: async () => {},
    readState: async () => ({}),
    dropState: async () => {},
    providers: async () => ['cpu'],
    close: async () => {
      isClosed = true;
    },
  };
  let toHost: (message: unknown) => void = () => {};
  let toPool: (message: unknown) => void = () => {};
  serveHost({ send: (m) => toPool(m), onMessage: (l) => (toHost = l) }, host);
  let markEnded = () => {};
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });
  const remote = connectHost(
    { send: (m) => queueMicrotask(() => toHost(m)), onMessage: (l) => (toPool = l) },
    async () => markEnded(),
  );
  const die = () => {
    remote.fail('the host has ended');
    markEnded();
  };
  return {
    runs,
    die,
    get isClosed() {
      return isClosed;
    },
    started: { host: remote.host, ended, kill: vi.fn(die) as (() => void) | undefined },
  };
}

async function stubPool(options: SessionPoolOptions, canKill = true) {
  const hosts: ReturnType<typeof stubHost>[] = [];
  const start = () => {
    const host = stubHost();
    hosts.push(host);
    return canKill ? host.started : { ...host.started, kill: undefined };
  };
  return { pool: await createSessionPool(model, start, options), hosts };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const outcome = (promise: Promise<TensorMap>) =>
  promise.then(
    ({ y }) => Number(y!.data[0]),
    (error) => (error as { code: string }).code,
  );

test('runs go to idle hosts at once, the others wait in order', async () => {
  const { pool, hosts } = await stubPool({ size: 2 });
  const results = [1, 2, 3, 4].map((value) => outcome(pool.run(feed(value))));
  await settle();
  expect(pool.state).toEqual({ idle: 0, busy: 2, starting: 0, waiting: 2, started: 2 });
  expect(hosts.map(({ runs }) => runs.map(({ value }) => value))).toEqual([[1], [2]]);
  hosts[1]!.runs[0]!.finish();
  await settle();
  expect(hosts[1]!.runs[1]!.value).toBe(3);
  hosts[0]!.runs[0]!.finish();
  hosts[1]!.runs[1]!.finish();
  await settle();
  hosts[0]!.runs[1]?.finish();
  hosts[1]!.runs[2]?.finish();
  expect(await Promise.all(results)).toEqual([2, 4, 6, 8]);
  expect(pool.state).toMatchObject({ idle: 2, busy: 0, waiting: 0 });
});

test('a host that dies takes its run along and is replaced', async () => {
  const { pool, hosts } = await stubPool({ size: 1 });
  const [first, second] = [outcome(pool.run(feed(1))), outcome(pool.run(feed(2)))];
  await settle();
  hosts[0]!.die();
  expect(await first).toBe('NN_HOST_DIED');
  await settle();
  hosts[1]!.runs[0]!.finish();
  expect(await second).toBe(4);
  expect(pool.state.started).toBe(2);
});

test('a host that dies while idle is replaced before the next run', async () => {
  const { pool, hosts } = await stubPool({ size: 1 });
  hosts[0]!.die();
  await settle();
  const run = outcome(pool.run(feed(5)));
  await settle();
  hosts[1]!.runs[0]!.finish();
  expect(await run).toBe(10);
});

test('a run over its deadline is killed, and the next one runs on a new host', async () => {
  const { pool, hosts } = await stubPool({ size: 1, deadlineMs: 20 });
  const [slow, next] = [outcome(pool.run(feed(1))), outcome(pool.run(feed(2)))];
  expect(await slow).toBe('NN_DEADLINE');
  expect(hosts[0]!.started.kill).toHaveBeenCalledOnce();
  await settle();
  hosts[1]!.runs[0]!.finish();
  expect(await next).toBe(4);
});

test('the deadline counts from the start of the run, not from its arrival', async () => {
  const { pool, hosts } = await stubPool({ size: 1, deadlineMs: 120 });
  const [first, second] = [outcome(pool.run(feed(1))), outcome(pool.run(feed(2)))];
  await new Promise((resolve) => setTimeout(resolve, 80));
  hosts[0]!.runs[0]!.finish();
  await new Promise((resolve) => setTimeout(resolve, 80));
  hosts[0]!.runs[1]!.finish();
  expect(await Promise.all([first, second])).toEqual([2, 4]);
});

test('the pool gives up when hosts die one after the other, and says so to all that wait', async () => {
  const { pool, hosts } = await stubPool({ size: 1, respawnLimit: 2 });
  for (const at of [0, 1]) {
    hosts[at]!.die();
    await settle();
  }
  expect(hosts.length).toBe(3);
  const runs = [outcome(pool.run(feed(1))), outcome(pool.run(feed(2)))];
  await settle();
  hosts[2]!.die();
  expect(await Promise.all(runs)).toEqual(['NN_HOST_DIED', 'NN_POOL_DEAD']);
  expect(await outcome(pool.run(feed(3)))).toBe('NN_POOL_DEAD');
  await pool.dispose();
});

test('a run that succeeds forgives earlier deaths', async () => {
  const { pool, hosts } = await stubPool({ size: 1, respawnLimit: 1 });
  for (let round = 0; round < 4; round++) {
    hosts[round]!.die();
    await settle();
    const run = outcome(pool.run(feed(round)));
    await settle();
    hosts[round + 1]!.runs[0]!.finish();
    expect(await run).toBe(2 * round);
  }
});

test('an error of the model is the caller’s alone: the host goes on', async () => {
  const { pool, hosts } = await stubPool({ size: 1 });
  const bad = outcome(pool.run(feed(1)));
  await settle();
  hosts[0]!.runs[0]!.fail(Object.assign(new Error('shape'), { code: 'NN_RUN' }));
  expect(await bad).toBe('NN_INTERNAL');
  const good = outcome(pool.run(feed(2)));
  await settle();
  hosts[0]!.runs[1]!.finish();
  expect(await good).toBe(4);
  expect(hosts.length).toBe(1);
});

test('runs beyond the queue limit are refused', async () => {
  const { pool, hosts } = await stubPool({ size: 1, queueLimit: 1 });
  const runs = [1, 2, 3].map((value) => outcome(pool.run(feed(value))));
  expect(await runs[2]).toBe('NN_POOL_FULL');
  await settle();
  hosts[0]!.runs[0]!.finish();
  await settle();
  hosts[0]!.runs[1]!.finish();
  expect(await Promise.all(runs.slice(0, 2))).toEqual([2, 4]);
});

test('a run can be aborted before, while it waits, and while it runs', async () => {
  const { pool, hosts } = await stubPool({ size: 1, respawnLimit: 0 });
  const [running, waiting] = [new AbortController(), new AbortController()];
  const first = outcome(pool.run(feed(1), undefined, { signal: running.signal }));
  const second = outcome(pool.run(feed(2), undefined, { signal: waiting.signal }));
  expect(await outcome(pool.run(feed(3), undefined, { signal: AbortSignal.abort() }))).toBe(
    'NN_ABORTED',
  );
  await settle();
  waiting.abort();
  expect(await second).toBe('NN_ABORTED');
  expect(pool.state.waiting).toBe(0);
  running.abort();
  expect(await first).toBe('NN_ABORTED');
  // An abort is the caller's will: it does not count as a death (the limit here is 0).
  await settle();
  const next = outcome(pool.run(feed(4)));
  await settle();
  hosts[1]!.runs[0]!.finish();
  expect(await next).toBe(8);
});

test('a host that cannot be killed finishes an aborted run', async () => {
  const { pool, hosts } = await stubPool({ size: 1 }, false);
  const controller = new AbortController();
  const run = outcome(pool.run(feed(1), undefined, { signal: controller.signal }));
  await settle();
  controller.abort();
  hosts[0]!.runs[0]!.finish();
  expect(await run).toBe(2);
});

test('dispose lets running ones finish, refuses the rest, and ends every host', async () => {
  const { pool, hosts } = await stubPool({ size: 2 });
  const runs = [1, 2, 3].map((value) => outcome(pool.run(feed(value))));
  await settle();
  const done = pool.dispose();
  expect(await runs[2]).toBe('NN_SESSION');
  hosts[0]!.runs[0]!.finish();
  hosts[1]!.runs[0]!.finish();
  await done;
  expect(await Promise.all(runs.slice(0, 2))).toEqual([2, 4]);
  expect(hosts.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect(await outcome(pool.run(feed(1)))).toBe('NN_SESSION');
  await pool.dispose();
});

test('a model that cannot be loaded fails the opening and leaves no host behind', async () => {
  const hosts: ReturnType<typeof stubHost>[] = [];
  const start = () => {
    const host = stubHost(async () => {
      throw new Error('damaged');
    });
    hosts.push(host);
    return host.started;
  };
  await expect(createSessionPool(model, start, { size: 2 })).rejects.toThrow('damaged');
  expect(hosts.map(({ isClosed }) => isClosed)).toEqual([true, true]);
});

test('wrong options are refused', async () => {
  for (const options of [{ size: 0 }, { queueLimit: -1 }, { deadlineMs: 0 }, { respawnLimit: 0.5 }])
    await expect(stubPool(options)).rejects.toThrow('session pool: size must be');
});
