// A transcript dropped on the page: graded, and its report shown in a frame that runs nothing.

import { postFile } from "./api.js";
import { add, counted } from "./view.js";

const find = (id) => document.getElementById(id);

function say(text, bad = false) {
  find("status").textContent = text;
  find("status").classList.toggle("bad", bad);
}

async function send([file, ...others]) {
  if (!file || find("file").disabled) return;
  find("file").disabled = true;
  find("result").hidden = true;
  say(`Reading ${file.name} …`);
  let answers = 0;
  try {
    const address = `/api/transcripts?${new URLSearchParams({ name: file.name.slice(-300) })}`;
    const graded = await postFile(address, file, "application/octet-stream", (name, values) => {
      if (name === "queued") say(`Waiting for ${counted(values.ahead, "other")} …`);
      if (name === "aligned") answers = values.answers;
      if (name === "graded") say(`Graded ${values.done}${answers ? ` of ${answers}` : ""} …`);
    });
    show(graded);
    if (others.length) warn(`${counted(others.length, "other file")} not read: give one at a time.`);
  } catch (error) {
    say(error.message, true);
  } finally {
    find("file").disabled = false;
    find("file").value = "";
  }
}

function show(graded) {
  say("");
  find("name").textContent = graded.name;
  const left = graded.ungraded ? `, ${graded.ungraded} left ungraded` : "";
  const mean = graded.mean === null ? "" : `, ${graded.mean} points on average`;
  find("sum").textContent = `${counted(graded.graded, "answer")} graded${mean}${left}.`;
  find("warnings").replaceChildren();
  graded.warnings.forEach(warn);
  find("report").src = graded.report;
  find("open").href = graded.report;
  find("result").hidden = false;
  find("name").focus();
}

function warn(text) {
  add(find("warnings"), "li", { text });
}

// Anywhere on the page: beside the box a browser would open the file instead.
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    find("drop").classList.toggle("over", name === "dragover");
  });
}
document.addEventListener("drop", (event) => send(event.dataTransfer.files));
find("file").addEventListener("change", () => send(find("file").files));
