// Loaded into the cdktf command line by the `cdktf` that vectorform/toolchain/commands.py writes.
//
// At every start it reads what turns HCL into a program: Babel, Prettier, TypeScript, two programs in WebAssembly. Only
// `cdktf convert`, `import` and HCL output use them. Here they are loaded when first asked for, which halves the
// processor time of a `cdktf synth`.
//
// Every line of a plan or an apply is searched for the address of every resource block, by a regular expression made for
// it, and is measured and cut for the screen character by character. Here the common case is answered first, with the
// same answer: a deploy of many indexes prints 30 lines for each, with a third of the processor time.
"use strict";

const { ARCHIVER, quicken } = require("./quicker.cjs");

const BUNDLE = /[\\/]cdkt[fn]-cli[\\/]bundle[\\/]bin[\\/].*\.js$/;
// A text whose characters are one column each, and none of which begins an escape sequence or an emoji.
const PLAIN = "/^[\\x20-\\x7e]*$/";

const QUICKER = [
  ARCHIVER,
  {
    file: BUNDLE,
    // With esbuild's wrapper around it or without, which copies what a module has.
    line: /(?<==)(?:[\w$]+\((?<wrapped>require\("@cdkt[fn]\/hcl[\w-]+"\))\)|(?<bare>require\("@cdkt[fn]\/hcl[\w-]+"\)))/g,
    instead: "new Proxy({}, { get: (_, name) => $<wrapped>$<bare>[name] })",
  },
  {
    // The addresses that a line names: each is "type.name", so a line without a dot has none.
    file: BUNDLE,
    line: /(?<start>\.map\((?<text>[\w$]+)=>\{)(?=let [\w$]+=Object\.entries\([\w$]+\)\.find\(\(\[(?<address>[\w$]+)\]\)=>[\w$]+\(\k<text>,\k<address>\)\))/,
    instead: '$<start>if(!$<text>.includes("."))return $<text>;',
  },
  {
    // Whether a line names an address, as a whole word.
    file: BUNDLE,
    line: /new RegExp\(`\\\\b\$\{[\w$]+\((?<address>[\w$]+)\)\}\\\\b`\)\.test\((?<text>[\w$]+)\)/,
    instead: "$<text>.includes($<address>)&&$&",
  },
  {
    // The columns that a text takes (string-width, in several versions).
    file: BUNDLE,
    line: /if\((?=typeof (?<text>[\w$]+)!="string"\|\|\k<text>\.length===0\|\|\(\k<text>=[\w$]+\(\k<text>\),\k<text>\.length===0\)\)return 0;)/g,
    instead: `if(typeof $<text>=="string"&&${PLAIN}.test($<text>))return $<text>.length;if(`,
  },
  {
    // Some columns of a text (slice-ansi). That of CDK Terrain is another version, and quick.
    file: BUNDLE,
    line: /\.exports=\((?<text>[\w$]+),(?<from>[\w$]+),(?<to>[\w$]+)\)=>\{(?=let [\w$]+=\[\.\.\.\k<text>\.normalize\(\)\])/,
    instead: `$&if($<from>>=0&&!($<to><0)&&${PLAIN}.test($<text>))return $<text>.slice($<from>,$<to>??undefined);`,
  },
];

quicken(QUICKER);

module.exports = { QUICKER };
