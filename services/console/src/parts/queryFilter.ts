// A list's condition that lives in the address: send the link, get the same list. Codes and years only, never words about people.
import { type WritableComputedRef, computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

export function useQueryFilter(key: string, fallback = ''): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[key];
      return typeof value === 'string' ? value : fallback;
    },
    set: (value) => void router.replace({ query: { ...route.query, [key]: value === fallback ? undefined : value } }),
  });
}
