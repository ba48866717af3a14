// What an answer was worth, built from text nodes alone: nothing that was said becomes markup.

import { showDelivery } from "./delivery.js";

const WORDS = {
  contradicted: "Wrong",
  partly: "Partly",
  missed: "Missing",
  met: "Met",
  unscored: "Not judged",
};

export function add(parent, tag, { text, ...properties } = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  Object.assign(element, properties);
  parent.append(element);
  return element;
}

export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function counted(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

// Fills the section with an attempt; player is null for typed answers.
export function showAttempt(section, attempt, player, actions) {
  section.replaceChildren();
  showScore(section, attempt);
  if (attempt.grade) {
    add(section, "p", { text: attempt.grade.feedback.next_step, className: "next" });
    showCorrections(section, attempt.grade);
    showCriteria(section, attempt.grade, player);
    showWords(section, attempt, player);
  }
  if (attempt.delivery) showDelivery(section, attempt.delivery, player);
  if (attempt.earlier) showEarlier(section, attempt);
  const row = add(section, "div", { className: "row" });
  for (const [text, action, className] of actions) {
    add(row, "button", { type: "button", text, className }).addEventListener("click", action);
  }
  if (attempt.grade) {
    const { signature } = attempt.grade;
    const text = Object.entries(signature).filter(([, v]) => v).map(([k, v]) => `${k}:${v}`).join(" ");
    add(section, "p", { text, className: "signature" });
  }
}

function showScore(section, attempt) {
  const head = add(section, "h2", { id: "score", tabIndex: -1, className: "score" });
  if (attempt.score === null) {
    head.textContent = "No score";
    add(section, "p", { text: attempt.reason, className: "notice" });
    return;
  }
  add(head, "b", { text: Math.round(attempt.score) });
  add(head, "span", { text: " of 100" });
  const range = `An examiner's score probably lies between ${Math.round(attempt.low)} and ${Math.round(attempt.high)}.`;
  add(section, "p", { text: range, className: "quiet" });
  if (attempt.needs_review) {
    add(section, "p", { text: "This grade is doubtful: let a person look at it.", className: "notice" });
  }
  for (const flag of attempt.flags) {
    add(section, "p", { text: `${flag.name}: ${flag.meaning}`, className: "notice" });
  }
}

function showCorrections(section, grade) {
  const { corrections } = grade.feedback;
  if (!corrections.length) return;
  add(section, "h3", { text: "Put right" });
  const list = add(section, "ul", { className: "points" });
  for (const one of corrections) {
    const item = add(list, "li", { className: "contradicted" });
    add(item, "blockquote", { text: `“${one.said}”` });
    add(item, "span", { text: "Right: ", className: "verdict" });
    item.append(one.right);
  }
}

function showCriteria(section, grade, player) {
  add(section, "h3", { text: "Point by point" });
  const list = add(section, "ul", { className: "points" });
  const say = new Map(grade.feedback.gaps.map((gap) => [gap.criterion, gap.say]));
  const order = Object.keys(WORDS);
  const numbered = grade.criteria.map((criterion, at) => [at + 1, criterion]);
  numbered.sort(([, a], [, b]) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  for (const [number, criterion] of numbered) {
    const item = add(list, "li", { className: criterion.verdict });
    add(item, "span", { text: `${number}. ${WORDS[criterion.verdict]}: `, className: "verdict" });
    item.append(criterion.statement);
    for (const evidence of criterion.evidence) showEvidence(item, evidence, player);
    const other = say.get(criterion.id);
    if (other && other !== criterion.statement) add(item, "p", { text: `You could say: ${other}` });
  }
}

function showEvidence(item, evidence, player) {
  const quote = add(item, "blockquote", { text: `“${evidence.quote}” ` });
  if (!player || evidence.from_s === null) return;
  const text = `Play ${clock(evidence.from_s)}`;
  const play = add(quote, "button", { type: "button", text, className: "play" });
  play.addEventListener("click", () => player.play(evidence.from_s));
}

function showWords(section, attempt, player) {
  add(section, "h3", { text: attempt.mode === "spoken" ? "What was heard" : "Your answer" });
  showPieces(section, attempt.pieces);
  const doubtful = (attempt.delivery?.words || []).filter((word) => word.unsure);
  if (!doubtful.length) return;
  const line = add(section, "p", { text: "Perhaps misheard: ", className: "quiet small doubtful" });
  for (const word of doubtful) {
    const text = `“${word.text}” ${clock(word.from_s)}`;
    if (!player) {
      add(line, "span", { text });
      continue;
    }
    const play = add(line, "button", { type: "button", text, className: "play" });
    play.setAttribute("aria-label", `Play ${text}`);
    play.addEventListener("click", () => player.play(Math.max(0, word.from_s - 0.5)));
  }
}

function showPieces(parent, pieces) {
  const said = add(parent, "p", { className: "said" });
  for (const piece of pieces) {
    if (!piece.labels.length) {
      said.append(piece.text);
      continue;
    }
    const mark = add(said, "mark", { text: piece.text, className: piece.kind });
    mark.title = piece.statements.join("\n");
    add(mark, "sup", { text: piece.labels.join(",") });
  }
}

// The attempt before beside this one, and which points moved.
function showEarlier(section, attempt) {
  const { earlier } = attempt;
  const details = add(section, "details", { open: true });
  const change = attempt.score === null ? null : Math.round(attempt.score) - Math.round(earlier.score);
  const moved = change === null ? "" : change === 0 ? ", the same now" : `, ${Math.abs(change)} ${change > 0 ? "more" : "fewer"} now`;
  add(details, "summary", { text: `The time before: ${Math.round(earlier.score)} of 100${moved}` });
  const list = add(details, "ul", { className: "points changes" });
  for (const one of earlier.changes) {
    const item = add(list, "li", { className: one.now });
    const text = `${one.number}. ${WORDS[one.before]}, now ${WORDS[one.now].toLowerCase()}: `;
    add(item, "span", { text, className: "verdict" });
    item.append(one.statement);
  }
  const beside = add(details, "div", { className: "beside" });
  const before = add(beside, "section");
  add(before, "h4", { text: `Then, ${new Date(earlier.at).toLocaleString()}` });
  showPieces(before, earlier.pieces);
  const now = add(beside, "section");
  add(now, "h4", { text: "Now" });
  if (attempt.pieces.length) showPieces(now, attempt.pieces);
  else add(now, "p", { text: attempt.text || attempt.reason, className: "said" });
}
