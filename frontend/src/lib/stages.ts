/** Where a vehicle stands in its life with its holder, in order. */
export const stages = [
	{ value: "seen", label: "Seen" },
	{ value: "bought", label: "Bought" },
	{ value: "in_work", label: "In work" },
	{ value: "listed", label: "Listed" },
	{ value: "sold", label: "Sold" },
];

export const stageName = (stage: string): string => stages.find((s) => s.value === stage)?.label ?? stage;
