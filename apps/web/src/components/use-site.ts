/** @file The settings of the site: asked for once a page, and again when somebody changes them. */
import type { Site } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect } from 'react';
import { useStore } from './use-store.ts';
import { api } from '../state/api.ts';
import { createStore } from '../state/create-store.ts';
import { listen } from '../state/live-events.ts';

/** The site's settings, while they load undefined. */
export interface LoadedSite {
  readonly site: Site | undefined;
  readonly fault: string | null;
}

const store = createStore<LoadedSite>({ site: undefined, fault: null });

/** Read the settings of the site; they follow changes. */
export function useSite(): LoadedSite {
  useEffect(() => {
    if (store.get().site === undefined) void load();
    return listen((event) => {
      if (event.type === 'site.changed') void load();
    });
  }, []);
  return useStore(store);
}

async function load(): Promise<void> {
  try {
    store.set({ site: await api.getSite(), fault: null });
  } catch (error) {
    store.patch({ fault: messageOf(error) });
  }
}
