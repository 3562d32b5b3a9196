import { expect, test } from 'vitest';
import { writeSafetensors } from '../weights/write-safetensors.ts';
import { decodeCheckpoint } from './checkpoint.ts';

const file = (metadata: Record<string, string>) => writeSafetensors(new Map(), metadata);
const format = 'leukoscope-checkpoint-1';

test('refuses weights that are no checkpoint, and says what to use', () => {
  expect(() => decodeCheckpoint(file({}))).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the file must be a checkpoint of format leukoscope-checkpoint-1. Received format none. Weights alone are loaded with readWeightsFile().]`,
  );
  expect(() => decodeCheckpoint(file({ format: 'pt' }))).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the file must be a checkpoint of format leukoscope-checkpoint-1. Received format pt. Weights alone are loaded with readWeightsFile().]`,
  );
});

test('refuses facts that are damaged or missing', () => {
  const decode = (run?: string) => () =>
    decodeCheckpoint(file({ format, ...(run === undefined ? {} : { run }) }));
  expect(decode()).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the checkpoint's facts must be JSON. Received a damaged text.]`,
  );
  expect(decode('{"step":1')).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the checkpoint's facts must be JSON. Received a damaged text.]`,
  );
  expect(decode('null')).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the checkpoint must hold step, seed and optimiser. Received null.]`,
  );
  expect(decode('{"step":1.5,"seed":1,"optimiser":{}}')).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the checkpoint must hold step, seed and optimiser. Received {"step":1.5,"seed":1,"optimiser":{}}.]`,
  );
  expect(decode('{"step":1,"seed":1,"optimiser":null}')).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the checkpoint must hold step, seed and optimiser. Received {"step":1,"seed":1,"optimiser":null}.]`,
  );
});
