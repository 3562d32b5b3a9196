/** @file The program of the child processes that analyse fields. */
import { openModel } from '@leukoscope/pipeline/node';
import { serveAnalyses } from './serve-analyses.ts';

serveAnalyses((file) => openModel(file));
