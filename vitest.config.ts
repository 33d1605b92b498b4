import { defineConfig } from 'vitest/config';

// Tests import the packages by name, so they run what `tsc --build` made: what ships is what is tested.
export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
