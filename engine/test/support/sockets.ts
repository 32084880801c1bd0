import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTENING = "0A";

/** The addresses on which a process listens for TCP, such as `127.0.0.1:27017` (Linux: /proc); none for one that has just ended. */
export function listeningAddresses(pid: number): string[] {
  try {
    return addressesOf(pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function addressesOf(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTENING && inodes.has(fields[9] ?? ""))
      .map((fields) => readable(fields[1] ?? "")),
  );
}

/** `0100007F:6989` → `127.0.0.1:27017`: each group of four bytes stands the wrong way round. */
function readable(field: string): string {
  const [address = "", port = ""] = field.split(":");
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((group) => (group.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  const mapped = numbers.length === 16 && bytes.slice(0, 12).join("") === "00000000000000000000ffff".toUpperCase();
  const shown = numbers.length === 4 || mapped ? numbers.slice(-4).join(".") : `[${bytes.join("")}]`;
  return `${shown}:${Number.parseInt(port, 16)}`;
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address.startsWith(`[${"0".repeat(31)}1]`);
}
