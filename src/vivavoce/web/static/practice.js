// The practice page: a question, an answer by voice or by hand, what it was worth.

import { getJson, postFile, postJson } from "./api.js";
import { Player } from "./delivery.js";
import { Take, showHeard } from "./take.js";
import { clock, counted, showAttempt } from "./view.js";
import { hush, readAloudWith } from "./voice.js";

const find = (id) => document.getElementById(id);
const state = { question: null, follows: null, asked: "", take: null, busy: false, ticking: 0, unsent: null, turn: 0 };

function say(text, bad = false) {
  find("status").textContent = text;
  find("status").classList.toggle("bad", bad);
}

function put(question, note = "") {
  state.turn += 1;
  state.question = question;
  find("question").textContent = question.question;
  find("about").textContent = `${question.category}, difficulty ${question.difficulty} of 3`;
  find("answer").hidden = false;
  find("pick").value = question.id;
  ask("", null);
  say(note);
}

// Puts the question itself, or a follow-up to an attempt.
function ask(followUp, follows) {
  hush();
  state.follows = follows;
  state.asked = followUp || state.question.question;
  find("follow").textContent = followUp;
  find("follow").hidden = !followUp;
  find("result").hidden = true;
  find("heard").hidden = true;
  find("text").value = "";
  keepUnsent(null);
  tick(false);
  find("time").textContent = clock(0);
  find("suggested").textContent = clock(state.question.seconds);
  find("question").focus();
}

async function draw(event) {
  event?.preventDefault();
  const chosen = new URLSearchParams(new FormData(find("draw")));
  for (const name of ["topic", "difficulty"]) if (!chosen.get(name)) chosen.delete(name);
  if (state.question) chosen.set("leave_out", state.question.id);
  const { turn } = state;
  try {
    const { question, note } = await getJson(`/api/draw?${chosen}`);
    // A question that comes late does not take the place of one that was picked or is answered.
    if (turn !== state.turn || state.busy || state.take?.recorder) return;
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

const CHOOSERS = "#draw button, #pick, #type button";

function disable(what, on) {
  document.querySelectorAll(what).forEach((e) => { e.disabled = on; });
}

function setBusy(busy) {
  state.busy = busy;
  disable(`${CHOOSERS}, #answer button, #again`, busy);
}

async function send(work, recording) {
  hush();
  tick(false);
  setBusy(true);
  try {
    find("result").hidden = true;
    show(await work(), recording);
    say("");
    keepUnsent(null);
  } catch (error) {
    say(error.message, true);
    if (recording) keepUnsent({ work, recording });
  } finally {
    setBusy(false);
    find("heard").hidden = true;
  }
  // The button that was pressed lost the focus while it was disabled.
  if (find("result").hidden) find(recording ? "again" : "text").focus();
}

// A recording that could not be graded stays here, to be sent again or saved as a file.
function keepUnsent(unsent) {
  if (state.unsent) URL.revokeObjectURL(find("save").href);
  state.unsent = unsent;
  find("unsent").hidden = !unsent;
  if (unsent) find("save").href = URL.createObjectURL(unsent.recording);
}

function sendAgain() {
  say("Grading …");
  send(state.unsent.work, state.unsent.recording);
}

function sendTyped(event) {
  event.preventDefault();
  const answer = find("text").value;
  if (state.busy || state.take?.recorder || !answer.trim()) return;
  const value = { question: state.question.id, answer, follows: state.follows };
  say("Grading …");
  send(() => postJson("/api/attempts", value), null);
}

function sendRecording(recording, why) {
  const address = new URLSearchParams({ question: state.question.id });
  if (state.follows) address.set("follows", state.follows);
  say(why || "Listening …");
  send(() => postFile(`/api/attempts/recording?${address}`, recording, "audio/wav", told), recording);
}

function told(name, values) {
  if (name === "queued") say(`Waiting for ${counted(values.ahead, "other answer")} …`);
  if (name !== "heard") return;
  say("Heard so far; grading …");
  showHeard(values.text);
}

function show(attempt, recording) {
  const actions = [["Try again", () => ask("", null), ""], ["Next question", () => draw(), attempt.ask_next ? "" : "main"]];
  if (attempt.ask_next) actions.unshift(["Answer the follow-up", () => ask(attempt.ask_next, attempt.id), "main"]);
  const player = recording ? new Player(recording) : null;
  const section = find("result");
  showAttempt(section, attempt, player, actions);
  section.hidden = false;
  find("score").focus();
}

// The time that typing takes; a recording has a time of its own.
function tick(on) {
  if (!on) {
    clearInterval(state.ticking);
    state.ticking = 0;
  } else if (!state.ticking && !state.take?.recorder) {
    const since = performance.now();
    state.ticking = setInterval(() => {
      if (state.take?.recorder) tick(false);
      else find("time").textContent = clock((performance.now() - since) / 1000);
    }, 500);
  }
}

find("draw").addEventListener("submit", draw);
find("pick").addEventListener("change", pick);
find("type").addEventListener("submit", sendTyped);
find("again").addEventListener("click", sendAgain);
find("text").addEventListener("input", () => tick(true));
find("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sendTyped(event);
});
readAloudWith(find("read"), () => state.asked);
if (find("record")) {
  state.take = new Take({
    say,
    onTake: (on) => disable(CHOOSERS, on),
    onDone: sendRecording,
    questionId: () => state.question.id,
  });
}
window.addEventListener("beforeunload", (event) => {
  if (state.take?.recorder || state.busy || state.unsent) event.preventDefault();
});
const wanted = new URLSearchParams(location.search).get("question");
if (wanted) {
  find("pick").value = wanted;
  if (find("pick").value) pick();
}
