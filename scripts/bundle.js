// Makes the bundle that `cuprite` runs: dist/<hash of the inputs>/, and dist/bundle.json, which names the current one.
// Several processes may do so at once. A bundle that there is already for these inputs is only named again.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { rolldown } from "rolldown";
import { bundlesFolder, entryName, fingerprintOf, inputPaths, notePath, sourceEntry } from "./bundle-state.js";
import { checkout } from "./runtime.js";

/** Bundles that are kept for servers that still run from them and load parts of them later. */
const keptBundles = 5;

/** The file in a bundle that lists the others with the hash of their content. */
const contentsName = "contents.json";

/** better-sqlite3 looks for its native part beside its own file, which the bundle has moved. */
const nativeFolder = {
  name: "native-folder",
  transform: {
    filter: { id: /better-sqlite3[\\/]lib[\\/]binding\.js$/ },
    handler: (code) => ({
      code: code.replaceAll("__dirname", "path.dirname(require.resolve('better-sqlite3'))"),
      map: null,
    }),
  },
};

const paths = inputPaths();
// Taken first: what is edited from here on makes the bundle stale.
const fingerprints = new Map(paths.map((path) => [path, fingerprintOf(path)]));
const key = hashOfInputs();
const folder = join(bundlesFolder, key);
mkdirSync(bundlesFolder, { recursive: true });
if (!isWhole()) {
  const files = await makeFiles();
  if (hashOfInputs() !== key) throw new Error("A source was edited meanwhile.");
  place(files);
}
writeNote();
if (!process.argv.includes("--cold")) await warmUp();
removeOldBundles();

function hashOfInputs() {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path}\0${hashOf(contentOf(path))}\0`);
  return hash.digest("hex").slice(0, 16);
}

function hashOf(content) {
  return createHash("sha256").update(content).digest("hex");
}

function contentOf(path) {
  return fingerprints.get(path) === null ? "" : readFileSync(join(checkout, path));
}

/** Whether there is a bundle for these inputs with its files as they were made. */
function isWhole() {
  try {
    const contents = JSON.parse(readFileSync(join(folder, contentsName), "utf8"));
    return Object.entries(contents).every(([name, hash]) => hashOf(readFileSync(join(folder, name))) === hash);
  } catch {
    return false; // There is none, or files are missing.
  }
}

/** The files of the bundle by name. */
async function makeFiles() {
  const build = await rolldown({
    cwd: checkout,
    input: { [basename(entryName, ".mjs")]: sourceEntry },
    platform: "node",
    external: [/\.node$/],
    plugins: [nativeFolder],
    onLog: (level, { message }) => void process.stderr.write(`${level}: ${message}\n`),
  });
  const { output } = await build.generate({
    format: "esm",
    // Nothing is written here; source maps name sources from there.
    dir: folder,
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
    // What several parts need is one file: each costs a start 2 ms.
    codeSplitting: { groups: [{ name: "shared", test: /[\\/](?:src|jose)[\\/]/, minShareCount: 2 }] },
    // V8 keeps the text of all modules in memory.
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  const files = new Map(output.map((file) => [file.fileName, file.type === "chunk" ? finish(file.code) : file.source]));
  // Sources read these beside themselves, with `new URL(name, import.meta.url)`.
  for (const path of paths.filter((each) => each.startsWith("src/") && !each.endsWith(".ts"))) {
    if (files.has(basename(path))) throw new Error(`Two files of src are called ${basename(path)}.`);
    files.set(basename(path), contentOf(path));
  }
  return files;
}

/**
 * Changes two things within the lines of a chunk. Imports of Node's own modules take what they need from the module:
 * the import declaration would read every property of it, and `node:http` loads undici (27 ms) for two of them. And
 * characters beyond ASCII are escaped, because one of them would make V8 store the whole text with two bytes each.
 */
function finish(code) {
  if (/(?<!\\)(?:\\\\)*\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/.test(code)) {
    throw new Error("A character beyond ASCII follows a backslash, or is in String.raw: it cannot be escaped.");
  }
  return code
    .replaceAll(
      /^import (?:\* as )?([\w$]+)?(?:, )?(?:\{ ([^}]*) \})? from "(node:[\w/]+)";$/gm,
      (_, whole, named, id) => {
        const patterns = [whole, named && `{ ${named.replaceAll(" as ", ": ")} }`].filter(Boolean);
        return patterns.map((pattern) => `const ${pattern} = process.getBuiltinModule("${id}");`).join(" ");
      },
    )
    .replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Puts a whole folder into place at once; another process may have put the same there in the meantime. */
function place(files) {
  const made = join(bundlesFolder, `.making-${process.pid}`);
  mkdirSync(made);
  try {
    for (const [name, content] of files) writeFileSync(join(made, name), content);
    const contents = Object.fromEntries([...files].map(([name, content]) => [name, hashOf(content)]));
    writeFileSync(join(made, contentsName), JSON.stringify(contents));
    if (!isWhole()) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(made, folder);
    }
  } catch (cause) {
    if (!isWhole()) throw cause;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function writeNote() {
  const outputs = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  for (const name of outputs) fingerprints.set(`dist/${key}/${name}`, fingerprintOf(`dist/${key}/${name}`));
  const written = `${notePath}.${process.pid}`;
  writeFileSync(written, JSON.stringify({ key, files: Object.fromEntries(fingerprints) }));
  renameSync(written, notePath);
}

/**
 * Starts the program once, sends it a request, and stops it, so that the compile cache has what V8 compiles then. Without
 * it, the first start of a user fills the cache; a failure here therefore does not matter.
 */
async function warmUp() {
  const dataDir = mkdtempSync(join(tmpdir(), "cuprite-bundle-"));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CUPRITE_")));
  const ports = ["--port", "--managed-identity-port", "--dns-port"].flatMap((flag) => [flag, "0"]);
  const args = [join(checkout, "bin", "cuprite.js"), "start", "--demo", ...ports, "--data-dir", dataDir];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"], timeout: 15_000 });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
    if (!printed.includes("Ctrl+C")) return;
    // Any route but Resource Manager's: they are loaded with the first request for one.
    const origin = /https:\/\/localhost:\d+/.exec(printed)?.[0];
    get(`${origin}/common/discovery/keys`, { ca: readFileSync(join(dataDir, "ca.pem")) }, (response) => {
      response.resume().once("end", () => child.kill("SIGTERM"));
    }).once("error", () => child.kill("SIGTERM"));
  });
  await new Promise((resolve) => {
    child.once("error", resolve);
    child.once("close", resolve);
  });
  rmSync(dataDir, { recursive: true, force: true });
}

/** Removes all bundles but the newest, and what processes left that were killed in the middle. */
function removeOldBundles() {
  const bundles = readdirSync(bundlesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== key)
    .map(({ name }) => ({ name, atMs: statSync(join(bundlesFolder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((one, other) => other.atMs - one.atMs);
  for (const { name } of bundles.slice(keptBundles - 1)) {
    rmSync(join(bundlesFolder, name), { recursive: true, force: true });
  }
}
