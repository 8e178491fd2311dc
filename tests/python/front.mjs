// Asks the modules of the front end what a list of questions says: [module, function, arguments] each.
import { readFileSync } from "node:fs";

const answers = [];
for (const [module, name, given] of JSON.parse(readFileSync(0, "utf8"))) {
  const { [name]: asked } = await import(`../../front/src/${module}.js`);
  const words = (bits) => bits.map((row) => Uint32Array.from(row));
  const taken = name === "countMet" ? [words(given[0]), given[1], new Map(given[2])] : given;
  const bytes = name === "readMet" || name === "unpack";
  const taking = bytes ? [Uint8Array.from(given[0]), ...given.slice(1)] : taken;
  const found = asked(...taking);
  if (name === "unpack") for (const part of ["found", "rest"]) found[part] = [...found[part]];
  answers.push(name === "readMet" ? found.map((of) => of.map((row) => [...row])) : found);
}
console.log(JSON.stringify(answers));
