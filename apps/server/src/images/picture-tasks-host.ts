/** @file The program of the child processes that make pictures. */
import { serveTasks } from '../hosts/serve-tasks.ts';
import { doPictureTask } from './picture-tasks.ts';

serveTasks(doPictureTask);
