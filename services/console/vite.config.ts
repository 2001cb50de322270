/// <reference types="vitest/config" />
// How the console is built: two pages, hashed files, nothing inline, and libraries apart from what changes with us.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const gateway = process.env['JIANYI_GATEWAY'] ?? 'http://127.0.0.1:8640';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What this build is called: shown at the foot, and compared to notice that the server was updated. */
function build(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unversioned';
  }
}

export default defineConfig({
  plugins: [
    vue(),
    {
      name: 'build-name',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'build.json', source: JSON.stringify({ build: build() }) });
      },
    },
  ],
  define: { __BUILD__: JSON.stringify(build()) },
  resolve: { alias: { '@': here('./src') } },
  build: {
    target: 'chrome109',
    cssTarget: 'chrome109',
    // Fonts and pictures stay files: a `data:` address is refused by the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rollupOptions: {
      input: { index: here('./index.html'), public: here('./public.html') },
      output: {
        manualChunks(id) {
          if (/node_modules\/(@vue|vue|vue-router|pinia)\//.test(id)) return 'vue';
          if (/node_modules\/@(connectrpc|bufbuild)\//.test(id)) return 'rpc';
          if (id.includes('node_modules/dexie')) return 'dexie';
          if (id.includes('node_modules/@tanstack/')) return 'virtual';
          // One contract a chunk: a page loads those it calls.
          const contract = /src\/gen\/jianyi\/(\w+)\//.exec(id)?.[1];
          if (contract) return `contract-${contract}`;
          return undefined;
        },
      },
    },
  },
  server: {
    proxy: { '^/jianyi\\.': gateway, '/v1': gateway, '/healthz': gateway, '/site.json': gateway },
  },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'], setupFiles: ['tests/setup.ts'] },
});
