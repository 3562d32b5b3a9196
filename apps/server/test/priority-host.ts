/** @file A child of a host pool that answers its own priority. */
import os from 'node:os';
import { serveTasks } from '../src/hosts/serve-tasks.ts';

serveTasks(async () => os.getPriority());
