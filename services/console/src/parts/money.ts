// Money is counted in fen as bigint; it is written for people here and nowhere else.

/** 31264000n → `312,640.00`. */
export function yuan(fen: bigint): string {
  const minus = fen < 0n;
  const all = (minus ? -fen : fen).toString().padStart(3, '0');
  const whole = all.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${minus ? '-' : ''}${whole}.${all.slice(-2)}`;
}

/** `312,640.5` → 31264050n; undefined when it is no amount. */
export function fenOf(text: string): bigint | undefined {
  const plain = text.trim().replace(/[,，\s¥￥]/g, '');
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!match) return undefined;
  const fen = BigInt(match[2] ?? '0') * 100n + BigInt((match[3] ?? '').padEnd(2, '0'));
  return match[1] ? -fen : fen;
}

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿', '万亿'];

/** 大写: 31264000n → `叁拾壹万贰仟陆佰肆拾元整`. */
export function daxie(fen: bigint): string {
  if (fen < 0n) return `负${daxie(-fen)}`;
  const whole = fen / 100n;
  const jiao = Number((fen / 10n) % 10n);
  const cents = Number(fen % 10n);
  let text = '';
  let zero = false;
  const digits = whole.toString();
  for (let at = 0; at < digits.length; at += 1) {
    const place = digits.length - 1 - at;
    const digit = Number(digits[at]);
    if (digit === 0) zero = text !== '';
    else {
      text += (zero ? '零' : '') + (DIGITS[digit] ?? '') + (PLACES[place % 4] ?? '');
      zero = false;
    }
    // A group of four that is all zeros is not named.
    if (place % 4 === 0 && place > 0 && /[1-9]/.test(digits.slice(Math.max(0, at - 3), at + 1))) {
      text += GROUPS[place / 4] ?? '';
      zero = false;
    }
  }
  if (whole > 0n) text += '元';
  if (jiao === 0 && cents === 0) return `${text || '零元'}整`;
  if (jiao > 0) text += `${DIGITS[jiao]}角`;
  else if (whole > 0n) text += '零';
  return text + (cents > 0 ? `${DIGITS[cents]}分` : '整');
}
