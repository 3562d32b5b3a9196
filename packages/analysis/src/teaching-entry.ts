/** @file The order of teaching alone: what a page needs that reads no pictures. */
export {
  type TeachableCell,
  type TeachingOptions,
  teachingOrder,
} from './teaching/teaching-order.ts';
