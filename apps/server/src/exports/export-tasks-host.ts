/** @file The program of the child processes that make exports. */
import { serveTasks } from '../hosts/serve-tasks.ts';
import { doExportTask } from './export-tasks.ts';

serveTasks(doExportTask);
