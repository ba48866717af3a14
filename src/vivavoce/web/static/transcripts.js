// A transcript dropped on the page: graded, and its report shown in a frame that runs nothing.

import { postFile } from "./api.js";
import { add } from "./view.js";

const find = (id) => document.getElementById(id);

function say(text, bad = false) {
  find("status").textContent = text;
  find("status").classList.toggle("bad", bad);
}

async function send(file) {
  if (!file) return;
  find("file").disabled = true;
  find("result").hidden = true;
  say(`Reading ${file.name} …`);
  let answers = 0;
  try {
    const address = `/api/transcripts?${new URLSearchParams({ name: file.name.slice(-300) })}`;
    const graded = await postFile(address, file, "application/octet-stream", (name, values) => {
      if (name === "queued") say(`Waiting for ${values.ahead} others …`);
      if (name === "aligned") answers = values.answers;
      if (name === "graded") say(`Graded ${values.done}${answers ? ` of ${answers}` : ""} …`);
    });
    show(graded);
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
  find("sum").textContent = `${graded.graded} answers graded${mean}${left}.`;
  find("warnings").replaceChildren();
  for (const text of graded.warnings) add(find("warnings"), "li", { text });
  find("report").src = graded.report;
  find("open").href = graded.report;
  find("result").hidden = false;
  find("name").focus();
}

const drop = find("drop");
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
  });
}
drop.addEventListener("drop", (event) => send(event.dataTransfer.files[0]));
find("file").addEventListener("change", () => send(find("file").files[0]));
