/** @file A value once it has stayed the same for a moment: a mouse that crosses twenty cells asks for one picture. */
import { useEffect, useState } from 'react';

/** Follow a value with patience. */
export function useSettled<T>(value: T, patienceMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), patienceMs);
    return () => clearTimeout(timer);
  }, [value, patienceMs]);
  return settled;
}
