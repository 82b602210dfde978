// Put behind the page by test_page.sh, in place of its policy: measures what is seen and writes each fault as a line. With
// data-medium="print" on the root the rules for paper count too.
"use strict";
(function () {
  const faults = [];
  let texts = 0, marks = 0, pairs = 0;
  const root = document.documentElement;

  if (root.dataset.medium === "print") {
    const paper = document.createElement("style");
    for (const rule of document.styleSheets[0].cssRules)
      if (rule instanceof CSSMediaRule && rule.media.mediaText === "print")
        for (const inner of rule.cssRules)
          if (!inner.cssText.startsWith("@page")) paper.textContent += inner.cssText + "\n";
    document.head.append(paper);
  }

  function rgb(text) {
    const n = text.match(/[\d.]+/g).map(Number);
    return n.length > 3 && n[3] === 0 ? null : n;
  }
  function light(colour) {
    const part = colour.slice(0, 3).map((c) => (c /= 255, c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  }
  function contrast(a, b) {
    const x = light(a), y = light(b);
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }
  function ground(element) {
    for (; element; element = element.parentElement) {
      const colour = rgb(getComputedStyle(element).backgroundColor);
      if (colour) return colour;
    }
    return [255, 255, 255];
  }
  function need(least, front, back, what) {
    pairs++;
    const found = contrast(front, back);
    if (found < least) faults.push(`contrast ${found.toFixed(2)} of ${what}: ${front} on ${back}`);
  }
  function name(element) {
    return `${element.tagName}.${element.getAttribute("class")} "${element.textContent.trim().slice(0, 20)}"`;
  }
  function meet(a, b) {
    return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
           Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  }

  // Texts of HTML.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    if (!node.data.trim() || owner.closest("svg") || owner.closest("script")) continue;
    texts++;
    need(4.5, rgb(getComputedStyle(owner).color), ground(owner), name(owner));
  }

  // Pictures: a text lies in its picture, on no other text, and on a ground that shows it.
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll("text")].map((text) => ({text, box: text.getBoundingClientRect()}));
    const boxes = [...svg.querySelectorAll("rect")].map((rect) => ({rect, box: rect.getBoundingClientRect()}));
    words.forEach(({text, box}, i) => {
      texts++;
      if (box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.top < frame.top - 1 ||
          box.bottom > frame.bottom + 1)
        faults.push(`${name(text)} leaves its picture`);
      for (const other of words.slice(i + 1))
        if (meet(box, other.box)) faults.push(`${name(text)} overlaps ${name(other.text)}`);
      const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
      const below = boxes.filter((b) => b.box.left < x && b.box.right > x && b.box.top < y && b.box.bottom > y).pop();
      need(4.5, rgb(getComputedStyle(text).fill), below ? rgb(getComputedStyle(below.rect).fill) : ground(svg),
           name(text));
    });
    for (const mark of svg.querySelectorAll("rect,circle,path:not(.grid):not(.axis)")) {
      const style = getComputedStyle(mark);
      const seen = style.stroke !== "none" ? style.stroke : style.fill;
      marks++;
      need(3, rgb(seen), ground(svg), name(mark));
      if (style.stroke === "none" && mark.classList.contains("line")) faults.push("a line without a stroke");
    }
    for (const mark of svg.querySelectorAll("circle.s,path.m"))
      for (const {text, box} of words)
        if (meet(mark.getBoundingClientRect(), box)) faults.push(`a mark lies on ${name(text)}`);
  }

  // Nothing is wider than what it stands in; what may be is scrolled on a screen, and must fit on paper.
  if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} wide`);
  if (root.dataset.medium === "print")
    for (const wide of document.querySelectorAll(".wide"))
      if (wide.scrollWidth > wide.clientWidth + 1) faults.push(`${wide.scrollWidth} wide: ${wide.innerText.slice(0, 40)}`);

  const told = document.createElement("pre");
  told.id = "measured";
  told.textContent = "\nbegin measured\n" + faults.join("\n") + (faults.length ? "\n" : "") +
    `ground ${ground(document.body)} texts ${texts} marks ${marks} pairs ${pairs}\nend measured\n`;
  document.body.append(told);
})();
