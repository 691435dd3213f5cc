"""What every page owes to everybody who reads it (WCAG 2.2 AA, the part that a program can see)."""

from browser import SCHEMES

# Sentences about what is wrong with the structure of the page; none when all is well.
STRUCTURE = r"""
const faults = [];
const visible = e => e.checkVisibility({ visibilityProperty: true });
const name = e => e.outerHTML.slice(0, 120);
if (!document.documentElement.lang) faults.push("the page has no language");
if (!document.title.trim()) faults.push("the page has no title");
const headings = document.querySelectorAll("h1").length;
if (headings !== 1) faults.push(`the page has ${headings} headings of the first level`);
if (document.querySelectorAll("main").length !== 1) faults.push("the page has no single main part");
if (!document.querySelector("meta[name=viewport]")) faults.push("the page has no viewport");
for (const e of document.querySelectorAll("img:not([alt])")) faults.push(`no alternative text: ${name(e)}`);
for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
  const label = [...e.labels].map(l => l.innerText).join("") || e.getAttribute("aria-label");
  if (!label?.trim()) faults.push(`no label: ${name(e)}`);
}
for (const e of document.querySelectorAll("button, a[href]")) {
  if (!(e.innerText.trim() || e.getAttribute("aria-label"))) faults.push(`no name: ${name(e)}`);
}
for (const e of document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), select, button, a.button")) {
  const box = e.getBoundingClientRect();
  if (visible(e) && (box.height < 44 || box.width < 44)) faults.push(`smaller than 44 pixels: ${name(e)}`);
}
for (const attribute of ["aria-describedby", "aria-labelledby", "for"]) {
  for (const e of document.querySelectorAll(`[${attribute}]`)) {
    for (const id of e.getAttribute(attribute).split(" ")) {
      if (!document.getElementById(id)) faults.push(`${attribute}="${id}" names nothing`);
    }
  }
}
const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id "${id}" is given twice`);
for (const e of document.querySelectorAll("style, [style], script:not([src])")) faults.push(`inline: ${name(e)}`);
return faults;
"""

# Sentences about texts whose contrast with what is behind them is below 4.5 to 1, and controls whose
# border is below 3 to 1 (WCAG 1.4.3 and 1.4.11).
CONTRAST = r"""
const rgba = text => {
  const n = text.match(/[\d.]+/g).map(Number);
  return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
};
const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
const behind = e => {
  const layers = [];
  for (let node = e; node; node = node.parentElement) layers.push(rgba(getComputedStyle(node).backgroundColor));
  return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
};
const light = c => {
  const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
const faults = [];
const visible = e => e.checkVisibility({ visibilityProperty: true });
let seen = 0;
for (const e of document.querySelectorAll("body *")) {
  const speaks = [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()) || e.matches("input:not([type=hidden])");
  if (!speaks || !visible(e) || e.matches("script, noscript")) continue;
  seen += 1;
  const ground = behind(e);
  const ratio = contrast(over(rgba(getComputedStyle(e).color), ground), ground);
  if (ratio < 4.5) faults.push(`${ratio.toFixed(2)} to 1: ${e.outerHTML.slice(0, 120)}`);
}
for (const e of document.querySelectorAll("input:not([type=hidden]), button.second")) {
  if (!visible(e)) continue;
  const ratio = contrast(rgba(getComputedStyle(e).borderTopColor), behind(e.parentElement));
  if (ratio < 3) faults.push(`border ${ratio.toFixed(2)} to 1: ${e.outerHTML.slice(0, 120)}`);
}
if (!seen) faults.push("no text at all");
return faults;
"""

# Controls that do not show that they have the focus.
FOCUS = r"""
const before = document.activeElement, faults = [];
for (const e of document.querySelectorAll("input:not([type=hidden]), button, a[href]")) {
  if (!e.checkVisibility({ visibilityProperty: true })) continue;
  e.focus({ focusVisible: true });
  const style = getComputedStyle(e);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push(e.outerHTML.slice(0, 120));
}
document.activeElement?.blur();
if (before !== document.body) before.focus();
return faults;
"""


def audit(browser, checks, name):
    """Looks at the page that the browser shows, narrow and wide, in light and in dark."""
    run = browser.driver.execute_script
    browser.resize(1280, 800)
    faults = run(STRUCTURE)
    checks.that(not faults, f"{name} is well built", "; ".join(faults))
    for scheme in SCHEMES:
        browser.prefer(scheme)
        faults = run(CONTRAST)
        checks.that(not faults, f"{name} is legible in {scheme} colours", "; ".join(faults))
    faults = run(FOCUS)
    checks.that(not faults, f"{name} shows the focus", "; ".join(faults))
    browser.resize(320, 640)
    width = run("return document.scrollingElement.scrollWidth")
    checks.that(width <= 320, f"{name} fits a screen 320 pixels wide", f"it is {width} wide")
    browser.resize(1280, 800)
    browser.prefer("light")
