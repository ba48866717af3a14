// How a recording sounded: a time line that plays from where it is pressed, measures, advice.

import { add, clock, counted } from "./view.js";

export class Player {
  constructor(recording) {
    this.audio = document.createElement("audio");
    this.audio.controls = true;
    this.audio.src = URL.createObjectURL(recording);
  }

  play(from) {
    this.audio.currentTime = from;
    // Refused where the browser wants a press on the player itself first.
    this.audio.play().catch(() => {});
  }
}

export function showDelivery(parent, delivery, player) {
  add(parent, "h3", { text: "Delivery" });
  add(parent, "p", { text: `${delivery.summary}. No part of the score.`, className: "quiet small" });
  showLine(parent, delivery, player);
  if (player) parent.append(player.audio);
  for (const line of delivery.advice) add(parent, "p", { text: line, className: "advice" });
  const details = add(parent, "details");
  add(details, "summary", { text: "All measures" });
  const scroll = add(details, "div", { className: "scroll", tabIndex: 0 });
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Measures of the delivery");
  const body = add(add(scroll, "table"), "tbody");
  for (const measure of delivery.measures) {
    const row = add(body, "tr");
    add(row, "th", { text: measure.title, scope: "row" });
    add(row, "td", { text: measure.value || measure.note });
    add(row, "td", { text: `target ${measure.target}` });
    add(row, "td", { text: measure.standing });
  }
}

function showLine(parent, delivery, player) {
  const line = add(parent, "div", { className: "line" });
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", "Pauses, fillers and slips in the recording");
  for (const tick of delivery.ticks) {
    const mark = add(line, "button", { type: "button", className: tick.kind, title: tick.label });
    mark.setAttribute("aria-label", player ? `Play from ${tick.label}` : tick.label);
    mark.style.left = `${tick.left}%`;
    mark.style.width = `${tick.width}%`;
    mark.disabled = !player;
    mark.addEventListener("click", () => player.play(Math.max(0, tick.from_s - 0.5)));
  }
  if (!player) return;
  const now = add(line, "span", { className: "now" });
  player.audio.addEventListener("timeupdate", () => {
    now.style.left = `${(100 * player.audio.currentTime) / (delivery.duration_s || 1)}%`;
  });
  line.addEventListener("click", (event) => {
    if (event.target !== line) return;
    const box = line.getBoundingClientRect();
    player.play(((event.clientX - box.left) / box.width) * delivery.duration_s);
  });
  add(parent, "p", { text: legend(delivery), className: "quiet small" });
}

function legend(delivery) {
  const count = (kind) => counted(delivery.ticks.filter((t) => t.kind === kind).length, kind);
  return `${clock(delivery.duration_s)} of sound: ${count("pause")}, ${count("filler")}, ${count("slip")}. Press one to hear it.`;
}
