// A workbook is an archive of XML: its text, all parts after one another.
import { inflateRawSync } from 'node:zlib';

const ENTRY = 0x02014b50;
const END = 0x06054b50;

/** Reads the parts by the archive's own directory (APPNOTE 4.3.12). */
export function unpacked(bytes: Uint8Array): string {
  const file = Buffer.from(bytes);
  let end = file.length - 22;
  while (end >= 0 && file.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('no archive');
  let at = file.readUInt32LE(end + 16);
  let text = '';
  while (file.readUInt32LE(at) === ENTRY) {
    const [method, size, name, extra, note, local] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20), file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32), file.readUInt32LE(at + 42)];
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const part = file.subarray(from, from + size);
    text += (method === 8 ? inflateRawSync(part) : part).toString('utf8');
    at += 46 + name + extra + note;
  }
  return text;
}
