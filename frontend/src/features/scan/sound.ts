/** What the phone does when a car was taken, was there already, or was none. */
export type Signal = "taken" | "again" | "none";

const tones: Record<Signal, [hertz: number, seconds: number][]> = {
	taken: [[1_320, 0.09]],
	again: [
		[660, 0.07],
		[660, 0.07],
	],
	none: [[220, 0.18]],
};
const shakes: Record<Signal, number[]> = { taken: [60], again: [40, 60, 40], none: [160] };

let context: AudioContext | undefined;

/** Lets sounds be played later; browsers want a tap before. */
export function wakeSound(): void {
	if (!("AudioContext" in globalThis)) return;
	context ??= new AudioContext();
	void context.resume().catch(() => undefined);
}

/** Beeps and shakes; a phone that can do neither stays still. */
export function signal(what: Signal, aloud: boolean): void {
	navigator.vibrate?.(shakes[what]);
	if (!aloud || context?.state !== "running") return;
	let at = context.currentTime;
	for (const [hertz, seconds] of tones[what]) {
		const tone = context.createOscillator();
		const gain = context.createGain();
		tone.frequency.value = hertz;
		// A short ramp at each end, or it clicks.
		gain.gain.setValueAtTime(0, at);
		gain.gain.linearRampToValueAtTime(0.3, at + 0.01);
		gain.gain.linearRampToValueAtTime(0, at + seconds);
		tone.connect(gain).connect(context.destination);
		tone.start(at);
		tone.stop(at + seconds);
		at += seconds + 0.05;
	}
}
