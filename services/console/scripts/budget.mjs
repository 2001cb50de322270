// Fails when a page's first load is larger than it may be (design: 180 KB of script for staff, 90 KB more for any page, 60 KB for the public).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const read = (path) => readFileSync(dist + path.replace(/^\//, ''));
const gz = (path) => gzipSync(read(path), { level: 9 }).length;

/** Script and style that an HTML page names, and what they import without being asked. */
function load(first, also = []) {
  const js = new Set();
  const css = new Set();
  const follow = (path) => {
    if (js.has(path)) return;
    js.add(path);
    for (const match of read(path).toString().matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) follow(`assets/${match[1]}`);
  };
  const html = read(first).toString();
  for (const match of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)) match[1].endsWith('.js') ? follow(match[1]) : css.add(match[1]);
  const manifest = JSON.parse(read('.vite/manifest.json').toString());
  for (const entry of also) {
    follow(manifest[entry].file);
    for (const one of manifest[entry].css ?? []) css.add(one);
  }
  const sum = (set) => [...set].reduce((total, path) => total + gz(path), 0) / 1024;
  return { js: sum(js), css: sum(css), files: js, extra: (other) => sum(new Set([...js].filter((path) => !other.has(path)))) };
}

let failed = false;
function check(what, measured, most) {
  const over = measured > most;
  failed ||= over;
  process.stdout.write(`${over ? 'OVER ' : ''}${what}: ${measured.toFixed(1)} KB of ${most} KB gz\n`);
}
const today = load('index.html', ['src/pages/home/TodayPage.vue']);
check('login → 今日, script', today.js, 180);
check('login → 今日, style', today.css, 25);
// What a page adds to what everybody has loaded: the largest of them is named.
const manifest = JSON.parse(read('.vite/manifest.json').toString());
const largest = Object.keys(manifest)
  .filter((entry) => entry.startsWith('src/pages/') && entry.endsWith('Page.vue'))
  .map((entry) => ({ entry, kb: load('index.html', [entry]).extra(today.files) }))
  .reduce((most, one) => (one.kb > most.kb ? one : most));
check(`largest page beside it (${largest.entry.split('/').pop()}), script`, largest.kb, 90);
check('public, script', load('public.html').js, 60);
for (const page of ['index.html', 'public.html']) {
  const html = read(page).toString();
  if (/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//.test(html)) {
    failed = true;
    process.stdout.write(`${page}: something inline or from elsewhere, which the content policy refuses\n`);
  }
}
process.exit(failed ? 1 : 0);
