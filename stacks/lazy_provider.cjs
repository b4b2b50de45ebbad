// Loaded into Node by stacks/bindings.py before jsii starts: some modules are loaded when first asked for.
//
// @cdktf/provider-aws/lib/index.js requires its 2,212 modules one by one at start, of which an app uses
// a handful; cdktf/lib/private/fs.js requires a zip library that only assets need. While these two files
// are compiled, their `require` lines become getters with the same expression. Where the text does not
// match, it stays as it is: slower, never wrong.
"use strict";

const Module = require("node:module");

const LAZY = [
  {
    file: /[\\/]@cdktf[\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/,
    line: /^exports\.([A-Za-z0-9_$]+) = (require\("\.\/[^"]+"\));$/gm,
    instead: 'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => $2 });',
  },
  {
    file: /[\\/]cdktf[\\/]lib[\\/]private[\\/]fs\.js$/,
    line: /^const archiver = (require\("archiver"\));$/m,
    instead: "const archiver = (...settings) => $1(...settings);",
  },
];

const compile = Module.prototype._compile;

Module.prototype._compile = function (content, filename, ...rest) {
  for (const { file, line, instead } of LAZY) {
    if (file.test(filename)) content = content.replace(line, instead);
  }
  return compile.call(this, content, filename, ...rest);
};
