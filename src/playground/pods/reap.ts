import { rm } from "node:fs/promises";
import { killFamilies } from "./kill.ts";

// What the shell of reaper.ts becomes at the end: node reap.ts FOLDER GROUP...
const [folder = "", ...groups] = process.argv.slice(2);
await killFamilies(groups.map(Number));
await rm(folder, { recursive: true, force: true });
