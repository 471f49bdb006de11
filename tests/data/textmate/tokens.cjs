// The tokens of texts by the engine that editors use: vscode-textmate and vscode-oniguruma, from
// the folder LPC_TEXTMATE. Standard input: {"grammar": JSON text, "texts": [...]}. Output: for
// each text, for each line, [start, end, innermost scope] of every token, counted in UTF-16.
const { createRequire } = require("module");
const fs = require("fs");
const path = require("path");

const load = createRequire(path.join(path.resolve(process.env.LPC_TEXTMATE), "package.json"));
const { INITIAL, Registry, parseRawGrammar } = load("vscode-textmate");
const oniguruma = load("vscode-oniguruma");

async function main() {
  const { grammar: source, texts } = JSON.parse(fs.readFileSync(0, "utf8"));
  await oniguruma.loadWASM(fs.readFileSync(load.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => parseRawGrammar(source, "grammar.json"),
  });
  const grammar = await registry.loadGrammar(JSON.parse(source).scopeName);
  const tokensOf = (text) => {
    let state = INITIAL;
    return text.split("\n").map((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map((t) => [t.startIndex, t.endIndex, t.scopes[t.scopes.length - 1]]);
    });
  };
  process.stdout.write(JSON.stringify(texts.map(tokensOf)));
}

main();
