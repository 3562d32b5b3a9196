/** @file The program of the child processes that check uploaded images. */
import { serveTasks } from '../hosts/serve-tasks.ts';
import { inspectImage } from './inspect-image.ts';
import { inspectTaskSchema } from './inspect-protocol.ts';

serveTasks((task) => inspectImage(inspectTaskSchema.parse(task)));
