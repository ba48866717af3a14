// The practice page: a question, an answer by voice or by hand, what it was worth.

import { getJson, postFile, postJson } from "./api.js";
import { Player } from "./delivery.js";
import { Recorder, recordingIsPossible } from "./recorder.js";
import { clock, showAttempt } from "./view.js";

const find = (id) => document.getElementById(id);
const state = { question: null, follows: null, recorder: null, busy: false };

function say(text, bad = false) {
  find("status").textContent = text;
  find("status").classList.toggle("bad", bad);
}

function put(question, note = "") {
  state.question = question;
  state.follows = null;
  find("question").textContent = question.question;
  find("about").textContent = `${question.category}, difficulty ${question.difficulty} of 3, about ${clock(question.seconds)}`;
  find("follow").hidden = true;
  find("answer").hidden = false;
  find("pick").value = question.id;
  clear();
  say(note);
  find("question").focus();
}

function clear() {
  find("result").hidden = true;
  find("heard").hidden = true;
  find("text").value = "";
  if (find("time")) find("time").textContent = "0:00";
  if (find("suggested")) find("suggested").textContent = clock(state.question.seconds);
}

async function draw(event) {
  event?.preventDefault();
  const chosen = new URLSearchParams(new FormData(find("draw")));
  for (const name of ["topic", "difficulty"]) if (!chosen.get(name)) chosen.delete(name);
  if (state.question) chosen.set("leave_out", state.question.id);
  try {
    const { question, note } = await getJson(`/api/draw?${chosen}`);
    if (question) put(question);
    else say(note);
  } catch (error) {
    say(error.message, true);
  }
}

function pick() {
  const chosen = find("pick").selectedOptions[0];
  if (!chosen.value) return;
  const { topic, difficulty, seconds, question } = chosen.dataset;
  put({ id: chosen.value, category: topic, difficulty, seconds: Number(seconds), question });
}

function setBusy(busy) {
  state.busy = busy;
  document.querySelectorAll("#answer button, #draw button, #pick").forEach((e) => { e.disabled = busy; });
}

async function send(work, recording) {
  setBusy(true);
  say("Grading …");
  try {
    show(await work(), recording);
    say("");
  } catch (error) {
    say(error.message, true);
  } finally {
    setBusy(false);
    find("heard").hidden = true;
  }
}

function sendTyped(event) {
  event.preventDefault();
  const answer = find("text").value;
  if (state.busy || !answer.trim()) return;
  const value = { question: state.question.id, answer, follows: state.follows };
  send(() => postJson("/api/attempts", value), null);
}

function sendRecording(recording) {
  const address = new URLSearchParams({ question: state.question.id });
  if (state.follows) address.set("follows", state.follows);
  send(() => postFile(`/api/attempts/recording?${address}`, recording, "audio/wav", told), recording);
}

function told(name, values) {
  if (name === "queued") say(`Waiting for ${values.ahead} other answers …`);
  if (name !== "heard") return;
  say("Heard so far; grading …");
  find("heard").hidden = false;
  find("heard").textContent = values.text;
}

function show(attempt, recording) {
  const actions = [["Try again", again, ""], ["Next question", () => draw(), attempt.ask_next ? "" : "main"]];
  if (attempt.ask_next) actions.unshift(["Answer the follow-up", () => follow(attempt), "main"]);
  const player = recording ? new Player(recording) : null;
  const section = find("result");
  showAttempt(section, attempt, player, actions);
  section.hidden = false;
  find("score").focus();
}

function again() {
  state.follows = null;
  find("follow").hidden = true;
  clear();
  find("question").focus();
}

function follow(attempt) {
  state.follows = attempt.id;
  clear();
  find("follow").textContent = attempt.ask_next;
  find("follow").hidden = false;
  find("question").focus();
}

async function record() {
  if (state.recorder) return stop();
  const recorder = new Recorder((level, seconds) => {
    find("level").value = level;
    find("time").textContent = clock(seconds);
  });
  try {
    await recorder.start();
  } catch (error) {
    say(`The microphone cannot be used (${error.name}). Allow it for this page, or type the answer.`, true);
    return undefined;
  }
  state.recorder = recorder;
  find("record").textContent = "Stop and send";
  find("record").classList.add("recording");
  find("cancel").hidden = false;
  say("Recording.");
  return undefined;
}

async function ended() {
  const { recorder } = state;
  state.recorder = null;
  find("record").textContent = "Record";
  find("record").classList.remove("recording");
  find("cancel").hidden = true;
  find("level").value = 0;
  return recorder.stop();
}

async function stop() {
  const recording = await ended();
  if (recording) sendRecording(recording);
  else say("Nothing came from the microphone.", true);
}

find("draw").addEventListener("submit", draw);
find("pick").addEventListener("change", pick);
find("type").addEventListener("submit", sendTyped);
find("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sendTyped(event);
});
if (find("record")) {
  find("record").addEventListener("click", record);
  find("cancel").addEventListener("click", async () => { await ended(); say("Thrown away."); });
  if (!recordingIsPossible()) {
    find("recorder").hidden = true;
    find("microphone").textContent = "This browser gives pages at this address no microphone: open the page on the machine itself, or over HTTPS.";
  }
}
window.addEventListener("beforeunload", (event) => {
  if (state.recorder || state.busy) event.preventDefault();
});
const wanted = new URLSearchParams(location.search).get("question");
if (wanted) {
  find("pick").value = wanted;
  if (find("pick").value) pick();
}
