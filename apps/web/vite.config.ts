/** @file How the web application is built: one page, hashed files under assets/, no inline script. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['@leukoscope/source', 'browser', 'module', 'import', 'default'] },
  build: {
    target: 'es2022',
    // Inlined pictures would be data: addresses in style sheets; files are cached for ever anyway.
    assetsInlineLimit: 0,
    sourcemap: true,
    // The word lists of passwords, which are fetched when one is chosen.
    chunkSizeWarningLimit: 1300,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8642', '/docs': 'http://127.0.0.1:8642' } },
});
