// Adds to the public page what needs a script: larger type and more contrast. Everything else stands in the HTML.
import { nextSize, showContrast, showSize } from '@/shell/display';

function button(text: string, run: (self: HTMLButtonElement) => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.className = 'size';
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', () => run(made));
  return made;
}
let high = showContrast();
const size = showSize();
const larger = button('大字', (self) => self.setAttribute('aria-pressed', String(showSize(nextSize()) !== '1')));
larger.setAttribute('aria-pressed', String(size !== '1'));
const contrast = button('高对比', (self) => {
  high = showContrast(!high);
  self.setAttribute('aria-pressed', String(high));
});
contrast.setAttribute('aria-pressed', String(high));
document.querySelector('nav')?.append(larger, contrast);
