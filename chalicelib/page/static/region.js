// A rectangle that a person draws on a picture, to say where a defect is.

import { svg } from "./dom.js";

const SMALLEST = 0.01;

const within = (share) => Math.min(1, Math.max(0, share));
const rounded = (share) => Math.round(share * 10000) / 10000;

export class Region {
  // `changed` is told when there is another region, or none.
  constructor(picture, changed) {
    Object.assign(this, { picture, changed, sides: null });
    this.rect = svg("rect", { class: "region" });
    const { element } = picture;
    element.addEventListener("pointerdown", (event) => this.begin(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => this.end());
  }

  // With a finger only while marking: it moves the page otherwise.
  mark(on) {
    this.marking = on;
    this.picture.element.classList.toggle("marking", on);
  }

  // A point of the screen in shares of the image.
  at({ clientX, clientY }) {
    const { drawing, width, height } = this.picture;
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(drawing.getScreenCTM().inverse());
    return [within(x / width), within(y / height)];
  }

  begin(event) {
    if (event.button || (event.pointerType === "touch" && !this.marking)) return;
    event.preventDefault();
    this.picture.element.setPointerCapture(event.pointerId);
    this.from = this.at(event);
    this.draw(null);
  }

  move(event) {
    if (!this.from) return;
    const [[x, y], [u, v]] = [this.from, this.at(event)];
    const sides = [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)].map(rounded);
    this.draw(sides[2] - sides[0] > SMALLEST && sides[3] - sides[1] > SMALLEST ? sides : null);
  }

  end() {
    if (!this.from) return;
    this.from = null;
    this.changed(this.sides);
  }

  clear() {
    this.draw(null);
    this.changed(null);
  }

  draw(sides) {
    this.sides = sides;
    this.rect.remove();
    if (!sides) return;
    const { width, height } = this.picture;
    const [left, top, right, bottom] = sides;
    const place = { x: left * width, y: top * height, width: (right - left) * width, height: (bottom - top) * height };
    for (const [name, value] of Object.entries(place)) this.rect.setAttribute(name, value);
    this.picture.drawing.append(this.rect);
  }
}
