/**
 * Pairs each of `left` with one of `right` that it fits, as many as can be, and returns those that stay alone. One that fits several gives way to one that
 * fits no other: a maximum matching of a bipartite graph, by augmenting paths.
 */
export function pair<L, R>(left: readonly L[], right: readonly R[], fits: (l: L, r: R) => boolean): { left: L[]; right: R[] } {
  const partner = new Map<number, number>();
  const place = (l: number, seen: Set<number>): boolean =>
    right.some((candidate, r) => {
      const one = left[l];
      if (one === undefined || seen.has(r) || !fits(one, candidate)) return false;
      seen.add(r);
      const taken = partner.get(r);
      if (taken !== undefined && !place(taken, seen)) return false;
      partner.set(r, l);
      return true;
    });
  const alone = left.filter((_, l) => !place(l, new Set()));
  return { left: alone, right: right.filter((_, r) => !partner.has(r)) };
}
