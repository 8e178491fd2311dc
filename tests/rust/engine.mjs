// Asks the engine what a file of requests says, one answer to a file: the numbers, and the text.
import { readFileSync, writeFileSync } from "node:fs";
import { load } from "../../engine/engine.mjs";

const [module, requests, folder] = process.argv.slice(2);
const bytes = readFileSync(module);
const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
if (imports.length > 0) throw new Error(`the module imports ${JSON.stringify(imports)}`);
const engine = await load(bytes);
JSON.parse(readFileSync(requests, "utf8")).forEach((request, k) => {
  let answer;
  try {
    answer = engine(request);
  } catch (error) {
    if (!error.problems) throw error;
    answer = { problems: error.problems, numbers: new Float64Array() };
  }
  const { numbers, array, ...said } = answer;
  writeFileSync(`${folder}/${k}.numbers`, new Uint8Array(numbers.buffer));
  writeFileSync(`${folder}/${k}.json`, JSON.stringify(said));
});
