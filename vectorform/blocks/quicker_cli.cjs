// Loaded into the cdktf command line by the `cdktf` that vectorform/toolchain/commands.py writes.
//
// At every start it reads what turns HCL into a program: Babel, Prettier, TypeScript, two programs in WebAssembly. Only
// `cdktf convert`, `import` and HCL output use them. Here they are loaded when first asked for, which halves the
// processor time of a `cdktf synth`.
"use strict";

const { ARCHIVER, quicken } = require("./quicker.cjs");

const QUICKER = [
  ARCHIVER,
  {
    file: /[\\/]cdkt[fn]-cli[\\/]bundle[\\/]bin[\\/].*\.js$/,
    // With esbuild's wrapper around it or without, which copies what a module has.
    line: /(?<==)(?:[\w$]+\((?<wrapped>require\("@cdkt[fn]\/hcl[\w-]+"\))\)|(?<bare>require\("@cdkt[fn]\/hcl[\w-]+"\)))/g,
    instead: "new Proxy({}, { get: (_, name) => $<wrapped>$<bare>[name] })",
  },
];

quicken(QUICKER);

module.exports = { QUICKER };
