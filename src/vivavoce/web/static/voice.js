// Questions read aloud, by a voice of this machine: others would send the text elsewhere.

const speech = window.speechSynthesis;

function ownVoice() {
  return speech?.getVoices().find((v) => v.localService && /^en\b/i.test(v.lang));
}

// Shows the button once there is a voice; textOf gives what to read.
export function readAloudWith(button, textOf) {
  const show = () => { button.hidden = !ownVoice(); };
  const rest = () => { button.textContent = "Read aloud"; };
  show();
  speech?.addEventListener?.("voiceschanged", show);
  button.addEventListener("click", () => {
    if (speech.speaking) {
      hush();
      return;
    }
    const said = new SpeechSynthesisUtterance(textOf());
    said.voice = ownVoice();
    said.lang = said.voice.lang;
    said.onend = rest;
    said.onerror = rest;
    speech.speak(said);
    button.textContent = "Stop reading";
  });
}

export function hush() {
  speech?.cancel();
}
