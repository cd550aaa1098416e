// Asks again whenever the image, the class or a prompt changes; an answer that is overtaken is dropped. What comes back is put in as text, never as markup.
const wait = 400, mostBytes = 31 << 20;
const part = id => document.getElementById(id);
const made = (name, text, className) => Object.assign(document.createElement(name), { textContent: text, className: className ?? "" });
let about, image, timer, asking;

function say(text, isFault) {
  part("status").textContent = text;
  part("status").className = isFault ? "fault" : "quiet";
}

function take(file) {
  if (!file) return;
  if (file.size > mostBytes) return say(`${file.name} is larger than ${mostBytes >> 20} MiB`, true);
  image = file;
  URL.revokeObjectURL(part("photo").src);
  part("photo").src = URL.createObjectURL(file);
  part("photo").hidden = false;
  later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

async function ask() {
  const prompts = part("prompts").value.split("\n").map(line => line.trim()).filter(line => line);
  const named = part("class").value;
  if (!image || prompts.length === 0 && !named) return say(image ? "Type a prompt or choose a class." : "", false);
  asking?.abort();
  const own = asking = new AbortController();
  const form = new FormData();
  form.append("image", image);
  if (named) form.append("class", named);
  for (const prompt of prompts) form.append("prompt", prompt);
  say("CLIP is looking …", false);
  try {
    const response = await fetch("ask", { method: "POST", body: form, signal: own.signal });
    const answer = await response.json();
    if (own !== asking) return;
    if (answer.error) say(answer.error, true);
    else show(answer);
  } catch (fault) {
    if (own === asking && fault.name !== "AbortError") say("pole does not answer: it has ended, or refuses the image.", true);
  }
}

// The map of a prompt while its row is pointed at or focused.
function point(row, source) {
  row.tabIndex = 0;
  for (const [begin, end] of [["mouseenter", "mouseleave"], ["focus", "blur"]]) {
    row.addEventListener(begin, () => Object.assign(part("pointed"), { src: source, hidden: false }));
    row.addEventListener(end, () => part("pointed").hidden = true);
  }
}

function show(answer) {
  part("pointed").hidden = true;
  say(answer.summary, false);
  const head = document.createElement("tr");
  head.append(...answer.columns.map(column => made("th", column)));
  part("table").tHead.replaceChildren(head);
  part("table").tBodies[0].replaceChildren(...answer.rows.map((cells, place) => {
    const row = made("tr", "", place === answer.chosen ? "chosen" : "");
    row.append(...cells.map(cell => made("td", cell)));
    if (answer.maps.length === answer.rows.length) point(row, answer.maps[place].overlay);
    return row;
  }));
  part("table").hidden = false;
  part("explanation").textContent = answer.explanation;
  part("maps").replaceChildren(...answer.maps.map(map => {
    const figure = document.createElement("figure");
    const pair = made("div", "", "pair");
    pair.append(...[map.overlay, map.seen].map((source, place) => Object.assign(document.createElement("img"), { src: source, alt: place === 0 ? `map: ${map.text}` : `image × map: ${map.text}` })));
    figure.append(pair, made("figcaption", map.text));
    return figure;
  }));
}

async function start() {
  about = await (await fetch("about")).json();
  part("experiment").textContent = about.experiment;
  part("class").append(...about.classes.map(name => Object.assign(made("option", name), { value: name })));
  part("hint").textContent = about["needs-class"] ? "The network has one map a class: choose the class. Without prompts, all names of the class are tried." : "Each prompt has its own map. Instead of prompts, a class stands for all its names and descriptions.";
  if (about["needs-class"]) part("class").options[0].textContent = "choose one";
}

part("file").addEventListener("change", event => take(event.target.files[0]));
part("class").addEventListener("change", later);
part("prompts").addEventListener("input", later);
for (const name of ["dragover", "dragleave", "drop"])
  part("drop").addEventListener(name, event => {
    event.preventDefault();
    part("drop").classList.toggle("over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files[0]);
  });
start();
