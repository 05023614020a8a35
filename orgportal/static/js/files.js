// Photos are drawn anew before they are sent: smaller, upright, without the place they were taken. What this
// browser cannot read goes as it is, and the portal does the same to it.
const ENOUGH = 500 * 1024;
const STEPS = [
  [2000, 0.82],
  [2000, 0.7],
  [1600, 0.7],
  [1280, 0.6],
];
const MEGABYTE = 1024 * 1024;

const drawn = (picture, side, quality) => {
  const share = Math.min(1, side / Math.max(picture.width, picture.height));
  const sheet = document.createElement("canvas");
  sheet.width = Math.max(1, Math.round(picture.width * share));
  sheet.height = Math.max(1, Math.round(picture.height * share));
  const pen = sheet.getContext("2d");
  // What shows through in the photo is white on paper.
  pen.fillStyle = "white";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
  return new Promise((done) => sheet.toBlob(done, "image/jpeg", quality));
};

const smaller = async (file) => {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    let made = null;
    for (const [side, quality] of STEPS) {
      made = await drawn(picture, side, quality);
      if (!made || made.size <= ENOUGH) break;
    }
    if (!made) return file;
    return new File([made], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  } finally {
    picture.close();
  }
};

const isPhoto = (file) => /^image\/(jpeg|png|webp|hei[cf])$/.test(file.type) || /\.(hei[cf])$/i.test(file.name);

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

const prepare = async (form, input) => {
  const status = form.querySelector("[data-files-status]");
  const bar = form.querySelector("[data-files-progress]");
  const button = form.querySelector('button[type="submit"]');
  const chosen = [...input.files];
  const photos = chosen.filter(isPhoto);
  const ready = new DataTransfer();
  button.disabled = true;
  bar.hidden = !photos.length;
  for (const file of chosen) {
    const place = photos.indexOf(file);
    if (place >= 0) {
      status.textContent = filled(form.dataset.shrinking, { n: place + 1, all: photos.length });
      bar.value = (100 * place) / photos.length;
    }
    ready.items.add(place < 0 ? file : await smaller(file).catch(() => file));
  }
  input.files = ready.files;
  bar.hidden = true;
  button.disabled = false;
  const all = [...ready.files].reduce((sum, file) => sum + file.size, 0);
  status.textContent = chosen.length
    ? filled(form.dataset.ready, { n: chosen.length, size: (all / MEGABYTE).toFixed(1) })
    : "";
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-photos]");
  if (!form || event.target.type !== "file" || typeof createImageBitmap !== "function") return;
  prepare(form, event.target);
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest && event.target.closest("form[data-photos]");
  if (!form || !event.detail.lengthComputable || !event.detail.total) return;
  const percent = Math.round((100 * event.detail.loaded) / event.detail.total);
  const bar = form.querySelector("[data-files-progress]");
  bar.hidden = false;
  bar.value = percent;
  form.querySelector("[data-files-status]").textContent = filled(form.dataset.sending, { percent });
});
