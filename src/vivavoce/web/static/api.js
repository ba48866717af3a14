// Talks to the server: JSON, and events while long work goes on.

const LOST = "The server cannot be reached. Is viva serve still running?";

async function ask(path, options) {
  let reply;
  try {
    reply = await fetch(path, options);
  } catch {
    throw new Error(LOST);
  }
  if (!reply.ok) {
    const said = await reply.json().catch(() => ({}));
    throw new Error(said.error || `The server refused (${reply.status}).`);
  }
  return reply;
}

export async function getJson(path) {
  return (await ask(path)).json();
}

export async function postJson(path, value) {
  const headers = { "Content-Type": "application/json" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(value) })).json();
}

export async function postBody(path, content, kind) {
  return (await send(path, content, kind)).json();
}

function send(path, content, kind) {
  return ask(path, { method: "POST", headers: { "Content-Type": kind }, body: content });
}

// Sends a file and calls onEvent(name, values) for what is told; gives the values of "done".
export async function postFile(path, content, kind, onEvent) {
  const reply = await send(path, content, kind);
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) throw new Error(`${LOST} What was sent is kept there.`);
    rest += value;
    const events = rest.split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const [, name, data] = event.match(/^event: (.*)\ndata: (.*)$/) || [];
      if (!name) continue;
      const values = JSON.parse(data);
      if (name === "done") return values;
      if (name === "failed") throw new Error(values.error);
      onEvent(name, values);
    }
  }
}
