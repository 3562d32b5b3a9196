/** @file The program of the child processes that learn. */
import { describeModel, openModel } from '@leukoscope/pipeline/node';
import { adaptedModel, openAdaptable } from '@leukoscope/training';
import { readFeatureMemory } from '@leukoscope/training/node';
import { serveLearning } from './serve-learning.ts';

serveLearning({
  look: (file) => openModel(file, { features: true }),
  learner: async (file) => {
    const adaptable = await openAdaptable(await describeModel(file), await readFeatureMemory());
    return { ...adaptable, write: (candidate, name) => adaptedModel(adaptable, candidate, name) };
  },
});
