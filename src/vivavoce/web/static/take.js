// A recording from its first press to its last; the server may listen while it goes on.

import { postBody } from "./api.js";
import { Recorder, recordingIsPossible } from "./recorder.js";
import { clock } from "./view.js";
import { hush } from "./voice.js";

const MOST_S = 1800;
const NEXT = 1.1;
// How much longer a recording has to be than when it was last listened to.
const find = (id) => document.getElementById(id);

export class Take {
  // onTake takes whether a recording runs; onDone the recording as a Blob, and why it ended;
  // questionId gives the question in play.
  constructor({ say, onTake, onDone, questionId }) {
    Object.assign(this, { say, onTake, onDone, questionId });
    this.recorder = null;
    this.along = "along" in find("recorder").dataset;
    find("record").addEventListener("click", () => (this.recorder ? this.stop() : this.start()));
    find("cancel").addEventListener("click", () => this.cancel());
    if (!recordingIsPossible()) {
      find("recorder").hidden = true;
      find("microphone").textContent = "This browser gives pages at this address no microphone: open the page on the machine itself, or over HTTPS.";
    }
  }

  async start() {
    hush();
    const recorder = new Recorder({
      onLevel: (level, seconds) => this.meter(level, seconds),
      onBlock: () => this.listen(recorder),
      onLost: () => this.stop("The microphone is gone. What was recorded is sent."),
    });
    find("record").disabled = true;
    try {
      await recorder.start();
    } catch (error) {
      this.say(`The microphone cannot be used (${error.name}). Allow it for this page, or type the answer.`, true);
      return;
    } finally {
      find("record").disabled = false;
      find("record").focus();
    }
    this.recorder = recorder;
    this.onTake(true);
    this.listening = false;
    this.heardUpTo = 0;
    find("record").textContent = "Stop and send";
    find("record").classList.add("recording");
    find("cancel").hidden = false;
    this.say("Recording.");
  }

  meter(level, seconds) {
    find("level").value = level;
    find("time").textContent = clock(seconds);
    if (seconds >= MOST_S && this.recorder) this.stop("Half an hour is the most; it is sent.");
  }

  // What the server hears along the way it need not hear again: the grade comes sooner.
  async listen(recorder) {
    const sound = recorder.soFar();
    if (!this.along || this.listening || sound.size < NEXT * this.heardUpTo) return;
    this.listening = true;
    this.heardUpTo = sound.size;
    try {
      const address = `/api/listen?${new URLSearchParams({ question: this.questionId() })}`;
      const { text } = await postBody(address, sound, "audio/wav");
      if (this.recorder === recorder && text) showHeard(text);
    } catch {
      // The whole recording is listened to in any case.
    } finally {
      this.listening = false;
    }
  }

  async end() {
    const { recorder } = this;
    this.recorder = null;
    find("record").textContent = "Record";
    find("record").classList.remove("recording");
    find("cancel").hidden = true;
    find("level").value = 0;
    this.onTake(false);
    return recorder.stop();
  }

  async stop(why = "") {
    if (!this.recorder) return;
    const recording = await this.end();
    if (recording) this.onDone(recording, why);
    else this.say("Nothing came from the microphone.", true);
  }

  async cancel() {
    await this.end();
    find("heard").hidden = true;
    find("time").textContent = clock(0);
    this.say("Thrown away.");
    find("record").focus();
  }
}

export function showHeard(text) {
  find("heard").hidden = false;
  find("heard").textContent = text;
}
