/** @file The title of the browser's tab. */
import { useEffect } from 'react';

/** Name the page in the browser's tab while the component is there. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} - Leukoscope`;
  }, [title]);
}
