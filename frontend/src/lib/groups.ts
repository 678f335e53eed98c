/** Items by a key, both in the order in which they come. */
export function groups<T>(items: T[], keyOf: (item: T) => string): [string, T[]][] {
	const by = new Map<string, T[]>();
	for (const item of items) {
		const key = keyOf(item);
		const old = by.get(key);
		if (old) old.push(item);
		else by.set(key, [item]);
	}
	return [...by];
}
