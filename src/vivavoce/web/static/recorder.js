// The microphone as a WAV file: 16,000 samples a second, one channel, 16 bits. It can be played
// from any point in every browser, which the browsers' own recorders do not promise.

const RATE = 16000;

export function recordingIsPossible() {
  return Boolean(navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);
}

export class Recorder {
  // onLevel takes 0..1 and the seconds so far.
  constructor(onLevel) {
    this.onLevel = onLevel;
  }

  async start() {
    this.blocks = [];
    this.length = 0;
    // What makes calls pleasant, such as noise suppression, swallows the beginnings of words.
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: true };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio });
    this.context = new AudioContext();
    await this.context.audioWorklet.addModule("/static/capture.js");
    const source = this.context.createMediaStreamSource(this.stream);
    this.node = new AudioWorkletNode(this.context, "capture", { numberOfOutputs: 1 });
    this.node.port.onmessage = ({ data }) => this.take(data);
    // Without a way to the speakers some browsers never run it; what it puts out is silence.
    source.connect(this.node).connect(this.context.destination);
    await this.context.resume();
  }

  take(block) {
    this.blocks.push(block);
    this.length += block.length;
    let loudest = 0;
    for (const sample of block) loudest = Math.max(loudest, Math.abs(sample));
    this.onLevel(loudest, this.length / this.context.sampleRate);
  }

  // The recording as a Blob; null where nothing came from the microphone.
  async stop() {
    this.stream.getTracks().forEach((track) => track.stop());
    const rate = this.context.sampleRate;
    await this.context.close();
    if (!this.length) return null;
    const samples = await resampled(this.blocks, this.length, rate);
    return new Blob([header(samples.length), samples], { type: "audio/wav" });
  }
}

async function resampled(blocks, length, rate) {
  const seconds = length / rate;
  const offline = new OfflineAudioContext(1, Math.ceil(seconds * RATE), RATE);
  const buffer = offline.createBuffer(1, length, rate);
  const whole = buffer.getChannelData(0);
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  const source = offline.createBufferSource();
  source.buffer = buffer;
  source.connect(offline.destination);
  source.start();
  const out = (await offline.startRendering()).getChannelData(0);
  return Int16Array.from(out, (s) => Math.round(Math.max(-1, Math.min(1, s)) * 32767));
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
