// What the browser has and the test environment has not.
import 'fake-indexeddb/auto';

// Nothing is laid out here: a list would be told that its window has no height.
if (typeof HTMLElement !== 'undefined') {
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1000 });
}
