// Every reason that the services' Rust source can give, one a line: the test of the error table reads it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const services = fileURLToPath(new URL('../../', import.meta.url));
const parts = ['shared', 'member', 'care', 'donation', 'publicity', 'oversight', 'identity', 'gateway'];

function* rust(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !['tests', 'benches', 'target', 'testkit', 'build'].includes(entry.name)) yield* rust(path);
    else if (entry.name.endsWith('.rs') && entry.name !== 'build.rs' && entry.name !== 'tests.rs') yield path;
  }
}

/** Reasons as written where a fault is made, and every literal of their shape in the services themselves. */
export function reasons() {
  const found = new Set();
  for (const part of parts) {
    for (const path of rust(join(services, part))) {
      const code = readFileSync(path, 'utf8').split('#[cfg(test)]')[0];
      const made = /(?:Violation::new\(\s*[^,]+,\s*|Unauthenticated\(\s*|(?:detailed|retryable|resource)\(\s*[^,]+,\s*[^,]+,\s*|limited\(\s*|set_error_info\(\s*|reason:\s*)"([A-Z][A-Z0-9_]+)"/g;
      for (const match of code.matchAll(made)) found.add(match[1]);
      if (part === 'shared' && !/shared\/(kernel|rpc|db|tunnel)\//.test(path.replaceAll('\\', '/'))) continue;
      for (const match of code.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)) found.add(match[1]);
    }
  }
  // What has the shape and is none: settings, roles and the names of enumerations.
  return [...found].filter((one) => !/^(ROLE_|JIANYI_|CARGO_|SCOPE_|MASK_|OTEL_)/.test(one)).sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(`${reasons().join('\n')}\n`);
