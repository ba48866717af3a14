// The microphone as a WAV file: 16,000 samples a second, one channel, 16 bits. It can be played
// from any point in every browser, which the browsers' own recorders do not promise.

import { RATE, resampled, wav } from "./sound.js";

const BLOCK_S = 5;
const LEAD_S = 0.1;
// Sound beside a block that it is resampled with, so that blocks have no seams.

export function recordingIsPossible() {
  return Boolean(navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);
}

export class Recorder {
  // onLevel takes 0..1 and the seconds so far; onBlock is called every few seconds, when
  // soFar() has grown; onLost when the microphone is gone.
  constructor({ onLevel, onBlock, onLost }) {
    Object.assign(this, { onLevel, onBlock, onLost });
  }

  async start() {
    this.taken = [];
    this.dropped = 0;
    this.length = 0;
    this.blocks = [];
    this.cut = 0;
    this.cutting = Promise.resolve();
    // What makes calls pleasant, such as noise suppression, swallows the beginnings of words.
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: true };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio });
    try {
      await this.connect();
    } catch (error) {
      this.stream.getTracks().forEach((track) => track.stop());
      throw error;
    }
  }

  async connect() {
    this.stream.getAudioTracks()[0].addEventListener("ended", () => this.onLost());
    let source;
    try {
      this.context = new AudioContext({ sampleRate: RATE });
      source = this.context.createMediaStreamSource(this.stream);
    } catch {
      // Some browsers take a microphone at its own rate alone.
      this.context = new AudioContext();
      source = this.context.createMediaStreamSource(this.stream);
    }
    await this.context.audioWorklet.addModule("/static/capture.js");
    this.node = new AudioWorkletNode(this.context, "capture", { numberOfOutputs: 1 });
    this.node.port.onmessage = ({ data }) => this.take(data);
    // Without a way to the speakers some browsers never run it; what it puts out is silence.
    source.connect(this.node).connect(this.context.destination);
    await this.context.resume();
  }

  take(samples) {
    this.taken.push(samples);
    this.length += samples.length;
    let loudest = 0;
    for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
    this.onLevel(loudest, this.length / this.context.sampleRate);
    const end = (this.cut + 1) * BLOCK_S + LEAD_S;
    if (this.length >= end * this.context.sampleRate) this.cutBlock();
  }

  // Blocks are the same however long the recording goes on behind them.
  cutBlock() {
    const rate = this.context.sampleRate;
    const at = this.cut * BLOCK_S;
    const from = Math.max(0, at - LEAD_S);
    const samples = this.between(from * rate, (at + BLOCK_S + LEAD_S) * rate);
    this.cut += 1;
    this.cutting = this.cutting.then(async () => {
      const lead = Math.round((at - from) * RATE);
      this.blocks.push(await resampled(samples, rate, lead, BLOCK_S * RATE));
      this.onBlock();
    });
    this.drop((at + BLOCK_S - LEAD_S) * rate);
  }

  // Samples from one place of the recording to another, or to its end.
  between(from, to) {
    const [first, last] = [Math.round(from), Math.min(this.length, Math.round(to))];
    const out = new Float32Array(Math.max(0, last - first));
    let at = this.dropped - first;
    for (const block of this.taken) {
      if (at + block.length > 0 && at < out.length) {
        const part = block.subarray(Math.max(0, -at), Math.max(0, out.length - at));
        out.set(part, Math.max(0, at));
      }
      at += block.length;
    }
    return out;
  }

  drop(before) {
    while (this.taken.length && this.dropped + this.taken[0].length <= before) {
      this.dropped += this.taken.shift().length;
    }
  }

  // What has been recorded so far, but for the last seconds.
  soFar() {
    return wav(this.blocks);
  }

  // The recording as a Blob; null where nothing came from the microphone.
  async stop() {
    this.stream.getTracks().forEach((track) => track.stop());
    const rate = this.context.sampleRate;
    await this.context.close();
    if (!this.length) return null;
    const from = Math.max(0, this.cut * BLOCK_S - LEAD_S);
    const lead = Math.round((this.cut * BLOCK_S - from) * RATE);
    const rest = this.between(from * rate, this.length);
    await this.cutting;
    return wav([...this.blocks, await resampled(rest, rate, lead, rest.length * RATE)]);
  }
}
