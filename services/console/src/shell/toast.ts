// Short messages at the foot, and the ten seconds in which a local, reversible step can be taken back.
import { ref } from 'vue';

export interface Toast {
  id: number;
  text: string;
  undo?: () => void;
}

export const toasts = ref<Toast[]>([]);
let next = 1;

function show(toast: Omit<Toast, 'id'>, ms: number, after?: () => void): () => void {
  const id = next++;
  const drop = () => (toasts.value = toasts.value.filter((one) => one.id !== id));
  const timer = setTimeout(() => {
    drop();
    after?.();
  }, ms);
  const end = () => {
    clearTimeout(timer);
    drop();
  };
  toasts.value = [...toasts.value, { ...toast, id, ...(toast.undo ? { undo: () => { end(); toast.undo?.(); } } : {}) }];
  return end;
}

/** Says something for six seconds. */
export function say(text: string): void {
  show({ text }, 6_000);
}

/** Does `commit` after ten seconds unless it is taken back. Not for legal acts: those have counter-acts by name. */
export function undoable(text: string, commit: () => void, undo: () => void): void {
  show({ text, undo }, 10_000, commit);
}
