const FIELD = "anomaly-label";
const lines = JSON.parse(document.getElementById("lines").textContent);

function reviewed() {
  const answers = lines.map((_, number) => document.querySelector(`input[name="image-${number}"]:checked`));
  const made = new Date().toISOString().slice(0, 23);
  return lines.flatMap((line, number) => {
    if (!answers[number]) return [];
    const label = answers[number].value;
    const metadata = {
      ...line[`${FIELD}-metadata`],
      "class-name": label,
      "type": "groundtruth/image-classification",
      "confidence": 1,
      "human-annotated": "yes",
      "creation-date": made,
      "job-name": "linewatch-trial",
    };
    return [{ ...line, [FIELD]: label === "normal" ? 0 : 1, [`${FIELD}-metadata`]: metadata }];
  });
}

function count() {
  document.getElementById("count").textContent = `${reviewed().length} of ${lines.length} images are reviewed`;
}

function save() {
  const text = reviewed().map((line) => `${JSON.stringify(line)}\n`).join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  link.download = "reviewed.manifest";
  link.click();
}

document.getElementById("save").addEventListener("click", save);
document.addEventListener("change", count);
count();
