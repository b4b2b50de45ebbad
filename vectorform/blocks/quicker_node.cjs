// Loaded into Node by vectorform/blocks/bindings.py before jsii starts: some modules are loaded when first asked for.
//
// @cdktf/provider-aws/lib/index.js requires its 2,212 modules one by one at start, of which an app uses
// a handful; two modules of cdktf, and of cdktn, require a zip library that only assets need, and a version library that
// only a check of installed programs needs. While these files are compiled, their `require` lines become
// getters with the same expression. jsii reads the bindings' 37 MB archive for its checksum at every start,
// 16 KB at a time: it gets a larger buffer.
"use strict";

const { ARCHIVER, quicken } = require("./quicker.cjs");

const QUICKER = [
  {
    file: /[\\/]@cdktf[\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/,
    line: /^exports\.([A-Za-z0-9_$]+) = (require\("\.\/[^"]+"\));$/gm,
    instead: 'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => $2 });',
  },
  ARCHIVER,
  {
    file: /[\\/]cdkt[fn][\\/]lib[\\/]validations[\\/]validate-binary-version\.js$/,
    line: /^const semver = (require\("semver"\));$/m,
    instead: "const semver = { satisfies: (...versions) => $1.satisfies(...versions) };",
  },
  {
    file: /[\\/]lib[\\/]program\.js$/,
    line: /(?<=sha256[^;]*;try\{let \w+=0;do\{const \w+=Buffer\.)alloc\(16384\)/,
    instead: "allocUnsafe(1048576)",
  },
];

quicken(QUICKER);

module.exports = { QUICKER };
