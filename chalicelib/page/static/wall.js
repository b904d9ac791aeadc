// What a screen on the wall has besides: a large clock, and a sound.

import { h, fill } from "./dom.js";
import { locale } from "./words.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// It ends with its view.
export function wallClock(view) {
  const element = h("p", { class: "clock" }, clock.format(new Date()));
  const timer = setInterval(() => (view.stopped ? clearInterval(timer) : fill(element, clock.format(new Date()))), 5000);
  return element;
}

let audio = null;

// Two short tones. Browsers let a page sound only after a person touched it.
export function beep(on) {
  if (!on) return;
  audio = audio || new AudioContext();
  for (const [at, pitch] of [[0, 880], [0.2, 660]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.15, audio.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.18);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.18);
  }
}
