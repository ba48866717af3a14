// Samples: resampled, as 16-bit integers, and as a WAV file.

export const RATE = 16000;

// Samples of one channel at another rate, without the first `lead` and at most `most` of them.
export async function resampled(samples, rate, lead, most) {
  let out = samples;
  if (rate !== RATE) {
    const length = Math.max(1, Math.ceil((samples.length / rate) * RATE));
    const offline = new OfflineAudioContext(1, length, RATE);
    const buffer = offline.createBuffer(1, samples.length, rate);
    buffer.copyToChannel(samples, 0);
    const source = offline.createBufferSource();
    source.buffer = buffer;
    source.connect(offline.destination);
    source.start();
    out = (await offline.startRendering()).getChannelData(0);
  }
  const whole = (s) => Math.round(Math.max(-1, Math.min(1, s)) * 32767);
  return Int16Array.from(out.subarray(lead, lead + most), whole);
}

// A WAV file of samples that lie in several arrays.
export function wav(parts) {
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  return new Blob([header(count), ...parts], { type: "audio/wav" });
}

function header(samples) {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at, s) => [...s].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  const bytes = samples * 2;
  text(0, "RIFF");
  view.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
  return view.buffer;
}
