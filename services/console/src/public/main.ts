// Adds to the public page what needs a script: larger type. Everything else stands in the HTML.
import { nextSize, showSize } from '@/shell/display';

const button = document.createElement('button');
button.className = 'size';
button.type = 'button';
button.textContent = '大字';
button.addEventListener('click', () => showSize(nextSize()));
document.querySelector('nav')?.append(button);
showSize();
