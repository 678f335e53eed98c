/** Shows the local model's state once the hub reports one. */
export function ModelState() {
	return null;
}
