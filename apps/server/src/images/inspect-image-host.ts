/** @file The program of the child processes that check uploaded images. */
import { serveTasks } from '../jobs/serve-tasks.ts';
import { inspectImage, inspectTaskSchema } from './inspect-image.ts';

serveTasks((task) => inspectImage(inspectTaskSchema.parse(task)));
