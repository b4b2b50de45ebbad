// Changes the text of modules while Node compiles them, by rules of `file`, `line` and what stands there `instead`.
// Where a text does not match, it stays as it is: slower, never wrong.
"use strict";

const Module = require("node:module");

// cdktf, and cdktn, require a zip library that only assets need.
const ARCHIVER = {
  file: /[\\/]cdkt[fn][\\/]lib[\\/]private[\\/]fs\.js$/,
  line: /^const archiver = (require\("archiver"\));$/m,
  instead: "const archiver = (...settings) => $1(...settings);",
};

function quicken(rules) {
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...rest) {
    for (const { file, line, instead } of rules) {
      if (file.test(filename)) content = content.replace(line, instead);
    }
    return compile.call(this, content, filename, ...rest);
  };
}

module.exports = { ARCHIVER, quicken };
