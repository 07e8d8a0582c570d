import { type FileHandle, open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";

/** A file that is no zip archive as we write them. Whoever wants to be believed does not need the format's darker corners. */
export class ZipError extends Error {
  override readonly name = "ZipError";
}

export interface ZipReader {
  /** In the order of the archive. */
  readonly names: readonly string[];
  /** The bytes of one file, never more than its directory entry promises. */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

interface Member {
  offset: number;
  compressed: number;
  size: number;
  method: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const MAX_MEMBERS = 100_000;
const MAX_BYTES = 2 ** 31;
/** Forward slashes, no empty, dotted or hidden part, no drive: a name that means the same everywhere, below one directory. */
const NAME = /^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/** Opens an archive. Refused: a name twice, a name that leaves the directory, encryption, zip64, several disks, data around it. */
export async function openZip(path: string): Promise<ZipReader> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const { count, start, length } = await endOf(file, size);
    const directory = await bytesAt(file, start, length);
    const members = new Map<string, Member>();
    let at = 0;
    for (let n = 0; n < count; n += 1) {
      if (at + 46 > length || directory.readUInt32LE(at) !== CENTRAL) throw new ZipError("its directory is damaged");
      const flags = directory.readUInt16LE(at + 8);
      const method = directory.readUInt16LE(at + 10);
      const nameLength = directory.readUInt16LE(at + 28);
      const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
      const member = {
        method,
        compressed: directory.readUInt32LE(at + 20),
        size: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42),
      };
      if (!NAME.test(name) || name.length > 200) throw new ZipError("it holds a name that could lead elsewhere");
      if (members.has(name)) throw new ZipError(`it holds ${name} twice`);
      if ((flags & 1) !== 0 || (method !== STORED && method !== DEFLATED))
        throw new ZipError(`${name} is stored in a way we do not read`);
      if (member.size > MAX_BYTES || member.offset + member.compressed > start)
        throw new ZipError(`${name} lies outside the archive`);
      members.set(name, member);
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    if (at !== length) throw new ZipError("its directory is damaged");
    return {
      names: [...members.keys()],
      read(name) {
        const member = members.get(name);
        if (!member) throw new ZipError(`it holds no ${name}`);
        return contentOf(file, name, member);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The directory's place. Nothing may follow the archive, so that two readers cannot see two archives. */
async function endOf(file: FileHandle, size: number) {
  if (size < 22) throw new ZipError("it is no zip archive");
  const end = await bytesAt(file, size - 22, 22);
  const count = end.readUInt16LE(10);
  const [length, start] = [end.readUInt32LE(12), end.readUInt32LE(16)];
  const plain = end.readUInt32LE(4) === 0 && end.readUInt16LE(8) === count && end.readUInt16LE(20) === 0;
  if (end.readUInt32LE(0) !== END || !plain || count > MAX_MEMBERS || start + length !== size - 22) {
    throw new ZipError("it is no zip archive, or one with something around it");
  }
  return { count, start, length };
}

async function* contentOf(file: FileHandle, name: string, { offset, compressed, size, method }: Member) {
  const local = await bytesAt(file, offset, 30);
  const nameLength = local.readUInt16LE(26);
  const written = (await bytesAt(file, offset + 30, nameLength)).toString("utf8");
  if (local.readUInt32LE(0) !== LOCAL || written !== name)
    throw new ZipError(`${name} is called something else inside`);
  const start = offset + 30 + nameLength + local.readUInt16LE(28);
  const raw = Readable.from(piecesOf(file, start, compressed));
  // What goes wrong while inflating is thrown to whoever reads.
  const content = method === STORED ? raw : pipeline(raw, createInflateRaw(), () => {});
  let seen = 0;
  for await (const piece of content as AsyncIterable<Buffer>) {
    seen += piece.length;
    if (seen > size) throw new ZipError(`${name} is longer than the archive says`);
    yield piece;
  }
  if (seen !== size) throw new ZipError(`${name} is shorter than the archive says`);
}

const PIECE = 65_536;
async function* piecesOf(file: FileHandle, start: number, length: number) {
  for (let done = 0; done < length; done += PIECE) {
    yield await bytesAt(file, start + done, Math.min(PIECE, length - done));
  }
}

async function bytesAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, start);
  if (bytesRead !== length) throw new ZipError("it ends too early");
  return bytes;
}
