/** @file Monitoring of the process, in the text form of Prometheus: requests by route and status, times, queue, memory. */
import type { Context } from '../context.ts';
import type { EventHub } from './event-hub.ts';

const borders = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts requests. */
export interface Monitoring {
  count(route: string, status: number, seconds: number): void;
  write(context: Context, events: EventHub): Promise<string>;
}

/** Start counting. */
export function startMonitoring(): Monitoring {
  const requests = new Map<string, number>();
  const times = new Map<string, { buckets: number[]; sum: number; count: number }>();
  return {
    count: (route, status, seconds) => {
      const key = `route="${route}",status="${status}"`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
      const time = times.get(route) ?? { buckets: borders.map(() => 0), sum: 0, count: 0 };
      borders.forEach((border, i) => {
        if (seconds <= border) time.buckets[i]!++;
      });
      time.sum += seconds;
      time.count++;
      times.set(route, time);
    },
    write: async (context, events) => {
      const depth = await context.queue.depth();
      const memory = process.memoryUsage();
      return [
        '# TYPE leukoscope_requests_total counter',
        ...[...requests].map(([key, n]) => `leukoscope_requests_total{${key}} ${n}`),
        '# TYPE leukoscope_request_seconds histogram',
        ...[...times].flatMap(([route, time]) => [
          ...borders.map(
            (border, i) =>
              `leukoscope_request_seconds_bucket{route="${route}",le="${border}"} ${time.buckets[i]}`,
          ),
          `leukoscope_request_seconds_bucket{route="${route}",le="+Inf"} ${time.count}`,
          `leukoscope_request_seconds_sum{route="${route}"} ${time.sum}`,
          `leukoscope_request_seconds_count{route="${route}"} ${time.count}`,
        ]),
        '# TYPE leukoscope_jobs gauge',
        `leukoscope_jobs{state="waiting"} ${depth.waiting}`,
        `leukoscope_jobs{state="active"} ${depth.active}`,
        `leukoscope_jobs{state="dead"} ${depth.dead}`,
        '# TYPE leukoscope_event_streams gauge',
        `leukoscope_event_streams ${events.size}`,
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${memory.rss}`,
        '# TYPE process_cpu_seconds_total counter',
        `process_cpu_seconds_total ${process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6}`,
        '',
      ].join('\n');
    },
  };
}
