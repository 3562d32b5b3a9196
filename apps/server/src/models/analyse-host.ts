/** @file The program of the child processes that analyse fields. */
import { openModel } from '@leukoscope/pipeline/node';
import { serveAnalyses } from './serve-analyses.ts';
import { originOf, tryModel } from './try-model.ts';

serveAnalyses({ load: (file) => openModel(file), originOf, check: tryModel });
