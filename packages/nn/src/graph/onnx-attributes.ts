/** @file Short constructors for the attributes of ONNX nodes, so that emission reads like the ONNX page. */
import type { OnnxAttribute } from '../onnx/model.ts';

/** A whole-number attribute. */
export const int = (value: number): OnnxAttribute => ({ type: 'int', value });
/** A float attribute. */
export const float = (value: number): OnnxAttribute => ({ type: 'float', value });
/** A text attribute. */
export const text = (value: string): OnnxAttribute => ({ type: 'string', value });
/** A list of whole numbers. */
export const ints = (value: readonly number[]): OnnxAttribute => ({ type: 'ints', value });
