// How the window is built (ui/dist), served while developing, and tested.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  base: './',
  clearScreen: false,
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  build: {
    outDir: 'dist',
    target: ['es2022', 'safari16'],
    // Every asset is a file: a data: URL for a font would be refused by the CSP.
    assetsInlineLimit: 0,
    // Read from the disk beside the window, never over a network; and in one piece, so that nothing of a
    // visit has to be fetched in the middle of it. Most of it is react-dom and react-aria.
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    restoreMocks: true,
    pool: 'threads',
    maxWorkers: 2,
    isolate: false,
    testTimeout: 30_000,
  },
});
